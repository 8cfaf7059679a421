"""`python -m bench`. Each benchmark registers its commands where they are defined."""

import bench.agreement.command
import bench.bookings.command
import bench.budget.command
import bench.false_endpoints.command
import bench.greetings.command
import bench.micro.command
import bench.phrases.command
import bench.rooms.command
import bench.timing.command
import bench.tts.barge_ins
import bench.tts.command  # noqa: F401
from bench.cli import app

if __name__ == "__main__":
    app()
