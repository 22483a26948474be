"""What keeps the simulated cluster going: scheduler, kubelet, workload controllers, operators."""
