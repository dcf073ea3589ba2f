package dev.tessera.graph;

/// An eigenvalue with a unit vector.
record Eigenpair(double value, double[] vector) {}
