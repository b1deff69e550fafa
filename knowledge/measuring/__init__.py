"""How good and how fast it is: golden questions, rivals, calibration, growth."""
