/// Encoders in ONNX files, run through ONNX Runtime.
module dev.tessera.encoders {
  requires transitive dev.tessera.core;
  requires com.microsoft.onnxruntime;
  requires java.desktop;
  requires static org.jspecify;

  exports dev.tessera.encoders;
}
