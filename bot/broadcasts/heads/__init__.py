"""What heads of neighbourhood groups get, for those whom the bot did not reach."""
