"""The drill: a bot at work is backed up, everything is lost, and what was committed is there again."""

import os
import random
import resource
import shutil
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import sqlalchemy as sa
from sqlalchemy import create_engine, make_url
from sqlmodel import Session, SQLModel, col, func, select

import db.tables  # noqa: F401 - all tables are compared
from bot.backup import Refused, manifest
from bot.backup.aftermath import CODES_SKIPPED, IDS_SKIPPED
from bot.backup.make import UNFINISHED, keep_newest, make_backup
from bot.backup.restore import SERVER, restore
from bot.settings import Settings
from db.attachments import Attachment, AttachmentState
from db.cases import Case, Status, next_number
from db.dossiers import Dossier
from db.drafts import DraftRow
from db.files import Files
from db.inbox import InboxRow, InboxState
from db.lock import only_server
from db.migrations import HEAD
from db.outbox import OutboxRow, OutboxState
from db.people import Chat, Person
from db.questions import QuestionRow
from db.session import Database
from db.staff import Role, Staff
from tests.conftest import MORNING
from tests.process import bot, kill_9, started

NOON = MORNING + timedelta(hours=3)
AWKWARD = 'Chợ "Mới", dòng 1\nDòng 2; \\N \\. \t, "" 🏪 \r\n'


@pytest.fixture
def lost(bare_environment: None, database_url: str, tmp_path: Path) -> Settings:
    """The bot that will be lost."""
    assert bare_environment is None
    return Settings(data_dir=tmp_path / "lost", database_url=database_url)


@pytest.fixture
def fresh(lost: Settings, tmp_path: Path) -> Iterator[Settings]:
    """An empty place of the same kind."""
    if lost.database.startswith("sqlite"):
        yield Settings(data_dir=tmp_path / "fresh")
        return
    first, name = make_url(lost.database), f"fresh_{uuid4().hex}"
    engine = create_engine(first, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    yield Settings(
        data_dir=tmp_path / "fresh", database_url=first.set(database=name).render_as_string(hide_password=False)
    )
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE {name} WITH (FORCE)")
    engine.dispose()


def environment(settings: Settings) -> dict[str, str]:
    return {"DATABASE_URL": settings.database}


def filled(settings: Settings) -> str:
    """A ward with a case, its people and a photo; the photo's name in the store."""
    sha = Files(settings.data_dir / "files").put(b"\x89PNG and so on" * 1000)
    with closing(Database(settings.database)) as database:
        database.migrate()
        with database.write() as session:
            fill(session, sha)
    return sha


def fill(session: Session, sha: str) -> None:
    """Rows that refer forwards, backwards and to their own table."""
    people = [Person(name=name, created_at=MORNING) for name in (AWKWARD, "", "NULL")]
    session.add_all(people)
    session.flush()
    staff = [
        Staff(person_id=person.id, role=Role.OFFICER, unit="kthtdt", name="Cán bộ", since=MORNING) for person in people
    ]
    session.add_all(staff)
    session.flush()
    staff[0].substitute_id = staff[2].id
    dossier = Dossier(
        year=2026,
        number=1,
        code="K-1",
        authority="thue",
        made_by=staff[1].id,
        created_at=MORNING,
        due_on=MORNING.date(),
    )
    session.add_all([dossier, Chat(channel="telegram", address="5", person_id=people[0].id, last_number=4)])
    session.flush()
    cases = [a_case(session, people[0].id), a_case(session, people[1].id)]
    session.add_all(cases)
    session.flush()
    cases[0].merged_into, cases[0].dossier_id = cases[1].id, dossier.id
    session.add(a_photo(people[0].id, cases[0].id, sha))
    answers: dict[str, object] = {"what": AWKWARD, "photos": [1, None, {"a": ""}]}
    session.add(DraftRow(person_id=people[0].id, flow="report", answers=answers, pending=None, updated_at=MORNING))
    session.add_all(a_message(number, state) for number, state in enumerate(UNDER_WAY, start=1))
    session.add(InboxRow(key="telegram:1:1", channel="telegram", chat="5", raw=f'"{AWKWARD}"', received_at=MORNING))


def a_case(session: Session, reporter: int) -> Case:
    number = next_number(session, 2026)
    return Case(
        key=f"telegram:1:{number}", code=f"VH-2026-{number:04}", year=2026, number=number, status=Status.RECEIVED,
        subject="tax", text=AWKWARD, unit="kthtdt", reporter_id=reporter, received_at=MORNING, acknowledge_by=NOON,
        due_on=MORNING.date(), latitude=20.94000000000001,
    )  # fmt: skip


def a_photo(person: int, case: int, sha: str) -> Attachment:
    return Attachment(
        key="telegram:1:9", person_id=person, case_id=case, channel="telegram", file_id="x", kind="photo", sha=sha,
        state=AttachmentState.STORED, created_at=MORNING, next_at=MORNING,
    )  # fmt: skip


UNDER_WAY = (OutboxState.SENT, OutboxState.READY, OutboxState.WIRE, OutboxState.READY)


def a_message(number: int, state: OutboxState) -> OutboxRow:
    return OutboxRow(
        dedupe=f"message:{number}", channel="telegram", chat_id=1, number=number, body="{}", state=state,
        created_at=MORNING, not_before=MORNING,
    )  # fmt: skip


Content = dict[str, list[dict[str, object]]]


def everything(settings: Settings) -> Content:
    """All rows of all tables."""
    with closing(Database(settings.database)) as database, database.read() as session:
        return {
            table.name: [dict(row) for row in session.execute(sa.select(table).order_by(*table.primary_key)).mappings()]
            for table in SQLModel.metadata.sorted_tables
        }


def same_but_settled(before: Content, after: Content) -> None:
    """Row for row the same, apart from what a restore says that it changes."""
    for table in before.keys() - {"outbox", "case_count", "dossier_count"}:
        assert after[table] == before[table]
    touched = ("state", "reason", "settled_at")
    assert [without(row, touched) for row in after["outbox"]] == [without(row, touched) for row in before["outbox"]]


def without(row: dict[str, object], names: tuple[str, ...]) -> dict[str, object]:
    return {name: value for name, value in row.items() if name not in names}


def backed_up(settings: Settings, into: Path) -> Path:
    return make_backup(settings, into, MORNING).folder


def test_the_drill(lost: Settings, fresh: Settings, tmp_path: Path) -> None:
    assert bot(lost.data_dir, "chat", "--as", "lan", typed="xin chào\n", **environment(lost)).returncode == 0
    assert bot(lost.data_dir, "chat", "--as", "minh", typed="nộp hồ sơ ở đâu\n", **environment(lost)).returncode == 0
    photos = [Files(lost.data_dir / "files").put(os.urandom(50_000)) for _ in range(20)]
    before = everything(lost)
    busy = started(lost.data_dir, "chat", "--as", "hoa", **environment(lost))
    assert busy.stdin
    busy.stdin.write("".join(f"câu số {number}: nộp hồ sơ ở đâu\n" for number in range(1000)))
    busy.stdin.flush()
    wait_until_heard(lost, "hoa")
    printed = bot(lost.data_dir, "backup", "--to", str(tmp_path / "kept"), **environment(lost))
    assert (printed.returncode, printed.stderr) == (0, "")
    kill_9(busy)
    heard = len(everything(lost)["inbox"])
    contents = {sha: Files(lost.data_dir / "files").read(sha) for sha in photos}
    shutil.rmtree(lost.data_dir)

    (folder,) = (tmp_path / "kept").iterdir()
    printed = bot(fresh.data_dir, "restore", "--from", str(folder), **environment(fresh))
    assert (printed.returncode, printed.stderr) == (0, "")
    restored = everything(fresh)
    for table in ("question", "person", "draft"):
        assert [row for row in before[table] if row not in restored[table]] == [], table
    assert {row["key"] for row in before["inbox"]} <= {row["key"] for row in restored["inbox"]}
    assert len(before["inbox"]) < len(restored["inbox"]) < heard, "the writer was not at work all the time"
    check_one_moment(fresh)
    assert {sha: Files(fresh.data_dir / "files").read(sha) for sha in photos} == contents
    answer = bot(fresh.data_dir, "chat", "--as", "lan", typed="nộp hồ sơ trực tuyến ở đâu\n", **environment(fresh))
    assert "dichvucong.gov.vn" in answer.stdout
    check_one_moment(fresh)


def wait_until_heard(settings: Settings, name: str) -> None:
    give_up = time.monotonic() + 60
    while not any(row["chat"] == name for row in everything(settings)["inbox"]):
        assert time.monotonic() < give_up
        time.sleep(0.05)


def check_one_moment(settings: Settings) -> None:
    """Rows that one turn writes together are there together."""
    with closing(Database(settings.database)) as database, database.read() as session:
        done = set(session.exec(select(InboxRow.key).where(InboxRow.state == InboxState.DONE)))
        answered = {dedupe.partition("#")[0] for dedupe in session.exec(select(OutboxRow.dedupe))}
        assert answered == done
        assert set(session.exec(select(QuestionRow.key))) <= done
        for chat in session.exec(select(Chat)):
            numbers = session.exec(select(OutboxRow.number).where(OutboxRow.chat_id == chat.id)).all()
            assert sorted(numbers) == list(range(1, chat.last_number + 1))


def test_every_kind_of_value_comes_back(lost: Settings, fresh: Settings, tmp_path: Path) -> None:
    sha = filled(lost)
    before = everything(lost)
    restored = restore(fresh, backed_up(lost, tmp_path / "kept"), NOON)
    same_but_settled(before, everything(fresh))
    assert restored.files == 1
    assert Files(fresh.data_dir / "files").check(sha)


def test_what_was_under_way_is_in_doubt_and_what_came_in_is_still_open(
    lost: Settings, fresh: Settings, tmp_path: Path
) -> None:
    filled(lost)
    restored = restore(fresh, backed_up(lost, tmp_path / "kept"), NOON)
    assert (restored.aftermath.doubtful, restored.aftermath.open_events) == (3, 1)
    with closing(Database(fresh.database)) as database, database.read() as session:
        rows = session.exec(select(OutboxRow).order_by(col(OutboxRow.number))).all()
        assert [row.state for row in rows] == ["sent", "doubt", "doubt", "doubt"]
        assert [(row.reason, row.settled_at) for row in rows[1:]] == [("restored", NOON)] * 3
        assert session.exec(select(InboxRow.state)).one() == InboxState.OPEN


def test_ids_and_codes_given_since_the_backup_never_come_to_mean_something_else(
    lost: Settings, fresh: Settings, tmp_path: Path
) -> None:
    filled(lost)
    folder = backed_up(lost, tmp_path / "kept")
    with closing(Database(lost.database)) as database, database.write() as session:
        since = [a_case(session, 1) for _ in range(5)]
        session.add_all(since)
        session.flush()
        ids, codes = {case.id for case in since}, {case.code for case in since}
    restore(fresh, folder, NOON + timedelta(days=31))
    with closing(Database(fresh.database)) as database, database.write() as session:
        case, question = a_case(session, 1), QuestionRow(key="a", chat_id=1, text="", asked_at=NOON, decision="none")
        session.add_all([case, question])
        session.flush()
        assert case.code not in codes
        assert case.id not in ids
        assert min(case.id, question.id) > IDS_SKIPPED
        assert next_number(session, 2027) == CODES_SKIPPED + 1


def test_a_backup_from_before_a_migration_is_brought_forward(lost: Settings, fresh: Settings, tmp_path: Path) -> None:
    with closing(Database(lost.database)) as database:
        database.upgrade("0001")
        with database.write() as session:
            session.connection().exec_driver_sql("INSERT INTO person (name, created_at) VALUES ('Lan', '2026-12-01')")
    restore(fresh, backed_up(lost, tmp_path / "kept"), NOON)
    with closing(Database(fresh.database)) as database, database.write() as session:
        assert session.exec(select(Person.name)).all() == ["Lan"]
        assert next_number(session, 2026) == CODES_SKIPPED + 1
        session.add(person := Person(name="Minh", created_at=NOON))
        session.flush()
        assert person.id > IDS_SKIPPED
    with closing(Database(fresh.database)) as database:
        assert database.revision() == HEAD


def test_one_byte_that_changed_in_any_file_is_noticed(lost: Settings, fresh: Settings, tmp_path: Path) -> None:
    filled(lost)
    folder = backed_up(lost, tmp_path / "kept")
    chance = random.Random(4)
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        whole = path.read_bytes()
        if whole:
            damaged = bytearray(whole)
            damaged[chance.randrange(len(whole))] ^= 1 << chance.randrange(8)
            path.write_bytes(damaged)
            with pytest.raises(Refused, match=f"{path.name}.* has changed"):
                restore(fresh, folder, NOON)
            path.write_bytes(whole)
    assert not (fresh.data_dir / "files").exists()
    assert restore(fresh, folder, NOON).files == 1


def test_a_file_too_few_or_too_many_is_noticed(lost: Settings, fresh: Settings, tmp_path: Path) -> None:
    sha = filled(lost)
    folder = backed_up(lost, tmp_path / "kept")
    photo = Files(folder / "files").path(sha)
    elsewhere = photo.rename(tmp_path / "photo")
    with pytest.raises(Refused, match=f"{sha} is missing"):
        restore(fresh, folder, NOON)
    photo.symlink_to(elsewhere)
    with pytest.raises(Refused, match=f"{sha} has changed"):
        restore(fresh, folder, NOON)
    elsewhere.replace(photo)
    (folder / "more").touch()
    refused = bot(fresh.data_dir, "restore", "--from", str(folder), **environment(fresh))
    assert (refused.returncode, refused.stderr) == (2, f"{folder}: more is not part of the backup.\n")
    (folder / "manifest.json").unlink()
    with pytest.raises(Refused, match="no complete backup"):
        restore(fresh, folder, NOON)


def test_killed_backups_leave_nothing_that_looks_like_one(lost: Settings, fresh: Settings, tmp_path: Path) -> None:
    filled(lost)
    for _ in range(300):
        Files(lost.data_dir / "files").put(os.urandom(1000))
    kept, chance = tmp_path / "kept", random.Random(7)
    for _ in range(3):
        process = started(lost.data_dir, "backup", "--to", str(kept), **environment(lost))
        give_up = time.monotonic() + 60
        while not list(kept.glob(f"{UNFINISHED}*/*")) and process.poll() is None:
            assert time.monotonic() < give_up
            time.sleep(0.002)
        time.sleep(chance.uniform(0, 0.2))
        kill_9(process)
    for left in kept.iterdir():
        if left.name.startswith(UNFINISHED):
            with pytest.raises(Refused):
                restore(fresh, left, NOON)
        else:
            manifest.verified(left)
    folder = backed_up(lost, kept)
    assert not list(kept.glob(f"{UNFINISHED}*"))
    assert restore(fresh, folder, NOON).files == 301


def test_a_place_that_holds_data_is_never_written_over(lost: Settings, fresh: Settings, tmp_path: Path) -> None:
    filled(lost)
    folder = backed_up(lost, tmp_path / "kept")
    before = everything(lost)
    refused = bot(lost.data_dir, "restore", "--from", str(folder), **environment(lost))
    assert refused.returncode == 2
    assert "already holds" in refused.stderr
    assert everything(lost) == before
    restore(fresh, folder, NOON)
    with pytest.raises(Refused, match="already holds"):
        restore(fresh, folder, NOON)


def test_empty_tables_are_no_data(lost: Settings, fresh: Settings, tmp_path: Path) -> None:
    filled(lost)
    folder = backed_up(lost, tmp_path / "kept")
    with closing(Database(fresh.database)) as database:
        database.migrate()
    restore(fresh, folder, NOON)
    assert len(everything(fresh)["case"]) == 2


def test_nothing_is_restored_under_a_running_bot(lost: Settings, fresh: Settings, tmp_path: Path) -> None:
    filled(lost)
    folder = backed_up(lost, tmp_path / "kept")
    with closing(Database(fresh.database)) as database, only_server(database, SERVER):
        refused = bot(fresh.data_dir, "restore", "--from", str(folder), **environment(fresh))
    assert (refused.returncode, refused.stderr) == (5, "The bot is running on this database: stop it first.\n")


def test_the_lock_is_the_one_that_the_bot_holds() -> None:
    from bot.channels.telegram.serve import NAME_OF_LOCK  # noqa: PLC0415 - the backup itself may not know Telegram

    assert SERVER == NAME_OF_LOCK


def test_a_write_ahead_log_left_alone_is_not_taken_for_a_part_of_the_copy(settings: Settings, tmp_path: Path) -> None:
    filled(settings)
    folder = backed_up(settings, tmp_path / "kept")
    other = Settings(data_dir=tmp_path / "other")
    other.data_dir.mkdir()
    (other.data_dir / "dong-hanh.sqlite3-wal").write_bytes(b"of a database that was moved away")
    with pytest.raises(Refused, match="sqlite3-wal belongs to a database"):
        restore(other, folder, NOON)


def test_a_backup_of_another_kind_or_of_a_newer_version_is_refused(
    lost: Settings, fresh: Settings, tmp_path: Path
) -> None:
    filled(lost)
    folder = backed_up(lost, tmp_path / "kept")
    made = manifest.read(folder)
    other = manifest.Kind.__args__[made.kind == "sqlite"]  # type: ignore[attr-defined]
    for change, sentence in (({"kind": other}, "restore it into"), ({"revision": "9999"}, "install the newer version")):
        for name in (manifest.MANIFEST, manifest.SEAL):
            (folder / name).unlink()
        manifest.write(made.model_copy(update=change), folder)
        with pytest.raises(Refused, match=sentence):
            restore(fresh, folder, NOON)


def test_names_are_local_times_and_the_oldest_go(settings: Settings, tmp_path: Path) -> None:
    filled(settings)
    kept = tmp_path / "kept"
    names = [make_backup(settings, kept, MORNING).folder.name for _ in range(3)]
    assert names == [f"viet-hoa-2026-12-01T{clock}" for clock in ("0900", "090000", "090000-2")]
    (kept / "viet-hoa-notes").mkdir()
    (kept / "viet-hoa-2020").mkdir()
    (kept / "viet-hoa-2020" / "manifest.json").write_text("{}")
    late = [make_backup(settings, kept, MORNING + timedelta(days=day)).folder for day in (1, 2)]
    early = make_backup(settings, kept, MORNING - timedelta(days=9)).folder  # the machine's clock went back
    assert sorted(path.name for path in keep_newest(kept, 2, early)) == sorted([*names, late[0].name])
    left = {path.name for path in kept.iterdir()}
    assert left == {early.name, late[1].name, "viet-hoa-notes", "viet-hoa-2020"}


def test_keep_on_the_command_line(settings: Settings, tmp_path: Path) -> None:
    filled(settings)
    kept = tmp_path / "kept"
    for _ in range(3):
        made = bot(settings.data_dir, "backup", "--to", str(kept), "--keep", "1")
        assert (made.returncode, made.stderr) == (0, "")
        (folder,) = kept.iterdir()
        assert made.stdout.startswith(f"{folder}: ")
        assert made.stdout.count("\n") == 1
        assert "1 files" in made.stdout
    assert bot(settings.data_dir, "backup", "--to", str(kept), "--keep", "0").returncode == 2


def test_nobody_else_on_the_machine_can_read_a_backup_or_what_is_restored(settings: Settings, tmp_path: Path) -> None:
    filled(settings)
    folder = backed_up(settings, tmp_path / "kept")
    other = Settings(data_dir=tmp_path / "other")
    restore(other, folder, NOON)
    paths = [tmp_path / "kept", *(tmp_path / "kept").rglob("*"), other.data_dir / "files"]
    paths += [*(other.data_dir / "files").rglob("*"), other.data_dir / "dong-hanh.sqlite3"]
    for path in paths:
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600), path


def test_attachments_that_are_not_as_they_were_sent_are_told(settings: Settings, tmp_path: Path) -> None:
    sha = filled(settings)
    photo = Files(settings.data_dir / "files").path(sha)
    photo.write_bytes(b"other")
    told = bot(settings.data_dir, "backup", "--to", str(tmp_path / "kept"))
    assert told.returncode == 1
    assert f"{sha} has changed in the file store" in told.stderr
    photo.unlink()
    told = bot(settings.data_dir, "backup", "--to", str(tmp_path / "kept"))
    assert told.returncode == 1
    assert f"{sha} is named by the database and is not in the file store" in told.stderr
    assert len(list((tmp_path / "kept").glob("viet-hoa-*"))) == 2


def test_nothing_to_back_up_is_one_sentence(lost: Settings, tmp_path: Path) -> None:
    refused = bot(lost.data_dir, "backup", "--to", str(tmp_path / "kept"), **environment(lost))
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "nothing to back up" in refused.stderr
    assert list((tmp_path / "kept").iterdir()) == []


def test_a_folder_that_is_a_file_is_one_sentence(settings: Settings, tmp_path: Path) -> None:
    filled(settings)
    (tmp_path / "kept").write_text("a file")
    refused = bot(settings.data_dir, "backup", "--to", str(tmp_path / "kept"))
    assert refused.returncode == 2
    assert refused.stderr.count("\n") == 1
    assert "No backup in" in refused.stderr


@contextmanager
def room_for(size: int) -> Iterator[None]:
    """No file of this process may grow beyond so many bytes."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


@pytest.mark.parametrize("room", [100, 5_000, 1_000_000])
def test_a_full_disk_leaves_nothing_behind(lost: Settings, fresh: Settings, tmp_path: Path, room: int) -> None:
    filled(lost)
    Files(lost.data_dir / "files").put(os.urandom(2_000_000))
    with room_for(room), pytest.raises(Refused, match="No backup in"):
        make_backup(lost, tmp_path / "kept", MORNING)
    assert list((tmp_path / "kept").iterdir()) == []
    folder = backed_up(lost, tmp_path / "kept")
    with room_for(room), pytest.raises(Refused, match="is not restored"):
        restore(fresh, folder, NOON)
    assert restore(fresh, folder, NOON).files == 2


def test_a_damaged_database_is_no_backup(settings: Settings, tmp_path: Path) -> None:
    filled(settings)
    path = settings.data_dir / "dong-hanh.sqlite3"
    content = bytearray(path.read_bytes())
    content[8192 : len(content) // 2] = bytes(len(content) // 2 - 8192)
    path.write_bytes(content)
    with pytest.raises(Refused):
        make_backup(settings, tmp_path / "kept", MORNING)
    assert list((tmp_path / "kept").iterdir()) == []


def test_two_backups_at_a_time_do_not_take_each_other_for_a_leftover(settings: Settings, tmp_path: Path) -> None:
    filled(settings)
    for _ in range(300):
        Files(settings.data_dir / "files").put(os.urandom(1000))
    kept = tmp_path / "kept"
    first = started(settings.data_dir, "backup", "--to", str(kept))
    give_up = time.monotonic() + 60
    while not list(kept.glob(f"{UNFINISHED}*/*")):
        assert time.monotonic() < give_up
        time.sleep(0.002)
    with pytest.raises(Refused, match="Another backup is being made"):
        make_backup(settings, kept, MORNING)
    assert first.wait(60) == 0
    kill_9(first)
    (folder,) = kept.iterdir()
    assert manifest.verified(folder).rows["case"] == 2


def test_twenty_thousand_rows(lost: Settings, fresh: Settings, tmp_path: Path) -> None:
    filled(lost)
    with closing(Database(lost.database)) as database, database.write() as session:
        rows = [{"name": AWKWARD, "created_at": MORNING}] * 20_000
        session.execute(sa.insert(Person), rows)
    restore(fresh, backed_up(lost, tmp_path / "kept"), NOON)
    with closing(Database(fresh.database)) as database, database.read() as session:
        assert session.exec(select(func.count()).select_from(Person).where(Person.name == AWKWARD)).one() == 20_001
