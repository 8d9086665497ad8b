"""A fake of Twilio's Messages: takes text messages, lists those it has, and shows them on its page.

`FakeSms` runs it inside a test, `python -m tests.fakes.sms` by itself. What it takes, answers and refuses is as
https://www.twilio.com/docs/messaging/api/message-resource says.
"""
