"""Việt Hòa Đồng Hành: a ward talks with its businesses in chat."""
