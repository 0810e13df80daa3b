package dev.millrace.node;

final class EmbeddedFilesTest extends AbstractFilesTest {
  EmbeddedFilesTest() {
    super(Door.EMBEDDED);
  }
}
