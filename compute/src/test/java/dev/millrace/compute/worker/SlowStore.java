package dev.millrace.compute.worker;

import dev.millrace.client.ContentReader;
import dev.millrace.client.ContentStore;
import dev.millrace.client.ContentWriter;
import dev.millrace.compute.MemoryContentStore;
import dev.millrace.model.Stored;
import dev.millrace.model.WrappedKey;
import java.io.OutputStream;

/// Content in memory whose reads and ends wait for what a test says.
final class SlowStore implements ContentStore {
  final MemoryContentStore content;
  volatile Runnable beforeRead = () -> {};
  volatile Runnable beforeFinish = () -> {};

  SlowStore(MemoryContentStore content) {
    this.content = content;
  }

  @Override
  public WrappedKey newDataKey() {
    return content.newDataKey();
  }

  @Override
  public ContentReader open(Stored stored) {
    ContentReader reader = content.open(stored);
    return new ContentReader() {
      @Override
      public long sizeBytes() {
        return reader.sizeBytes();
      }

      @Override
      public void read(long position, byte[] target, int offset, int length) {
        beforeRead.run();
        reader.read(position, target, offset, length);
      }

      @Override
      public void transferTo(long position, long length, OutputStream sink) {
        reader.transferTo(position, length, sink);
      }
    };
  }

  @Override
  public ContentWriter write(WriteOrder order) {
    ContentWriter writer = content.write(order);
    return new ContentWriter() {
      @Override
      public void write(byte[] source, int offset, int length) {
        writer.write(source, offset, length);
      }

      @Override
      public Written finish(boolean lastPiece) {
        beforeFinish.run();
        return writer.finish(lastPiece);
      }

      @Override
      public void abort() {
        writer.abort();
      }
    };
  }
}
