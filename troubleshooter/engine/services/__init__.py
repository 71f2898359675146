"""What single services do differently from the general evaluation."""
