package dev.tessera.graph;

/// An eigenvalue with a unit vector.
@SuppressWarnings("ArrayRecordComponent") // compared by nobody
record Eigenpair(double value, double[] vector) {}
