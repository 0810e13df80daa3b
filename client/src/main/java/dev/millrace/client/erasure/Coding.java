package dev.millrace.client.erasure;

/// Multiplies shards by a fixed matrix: byte i of output r is the sum over all inputs c of the
/// matrix' entry (r, c) times byte i of input c. Immutable and thread-safe.
sealed interface Coding permits ScalarCoding, VectorCoding {
  /// The fastest that this JVM has: the Vector API is an incubator module, which has to be named at
  /// the start of a JVM (`--add-modules jdk.incubator.vector`).
  static Coding of(CodingMatrix matrix) {
    return VectorModule.PRESENT ? new VectorCoding(matrix) : new ScalarCoding(matrix);
  }

  /// Overwrites the outputs.
  ///
  /// @param inputs as many as the matrix has columns
  /// @param outputs as many as it has rows, none of them an input
  /// @param offset of the first byte, the same in all shards
  void apply(byte[][] inputs, byte[][] outputs, int offset, int length);

  /// Looked up once.
  final class VectorModule {
    static final boolean PRESENT =
        ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent();

    private VectorModule() {}
  }
}
