"""From a reminder that is due to a post that is sent: once, or recorded why not."""
