package dev.millrace.compute.instruction;

import dev.millrace.base.Bytes;
import dev.millrace.compute.program.Arguments;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.Instruction;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Segment;
import dev.millrace.compute.program.Split;
import dev.millrace.compute.program.TaskContext;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.Optional;

/// Decompresses `.zst` and `.gz`, told apart by how they begin: any number of frames or members,
/// also mixed, and skippable frames. Several inputs come out one behind the other.
public final class DecompressInstruction implements Instruction {
  private static final long ZSTD_MAGIC = 0xFD2FB528L;
  private static final long SKIPPABLE_MAGIC = 0x184D2A50L;
  private static final long SKIPPABLE_MASK = 0xFFFFFFF0L;
  private static final int GZIP_MAGIC = 0x8b1f;

  @Override
  public String name() {
    return "decompress";
  }

  @Override
  public String usage() {
    return "decompress";
  }

  @Override
  public String description() {
    return "Decompresses zstd and gzip data, recognised by its content.";
  }

  @Override
  public Call parse(List<String> arguments) {
    Arguments walk = new Arguments(this, arguments);
    if (walk.hasNext()) {
      throw walk.unknown(walk.next());
    }
    return new DecompressCall();
  }

  private record DecompressCall() implements Call {
    @Override
    public Split split() {
      return new Split.WholeFile();
    }

    @Override
    public Combine combine() {
      return new Combine.ConcatenateInOrder();
    }

    @Override
    public boolean tellsOneInputFromSeveral() {
      return false;
    }

    @Override
    public Optional<Bytes> moved(Bytes state, int by) {
      return Optional.of(state); // the empty one
    }

    @Override
    public Bytes run(PieceInput input, OutputStream output, TaskContext context)
        throws IOException {
      for (Segment segment : input.segments()) {
        expand(new CompressedSource(input, segment, context), output, context);
      }
      return Bytes.EMPTY;
    }

    private static void expand(CompressedSource source, OutputStream output, TaskContext context)
        throws IOException {
      boolean any = false;
      do {
        int there = source.require(Integer.BYTES);
        long four = there < Integer.BYTES ? -1 : source.peek32();
        if (four == ZSTD_MAGIC) {
          context.kept(ZstdFrames.class, ZstdFrames::new).expand(source, output, context);
        } else if ((four & SKIPPABLE_MASK) == SKIPPABLE_MAGIC) {
          source.skip(Integer.BYTES, "skippable frame");
          source.skip(source.read32("skippable frame"), "skippable frame");
        } else if (there >= 2 && source.peek16() == GZIP_MAGIC) {
          GzipMember.expand(source, output, context);
          source.skipZeroPadding();
        } else {
          throw source.bad(
              there == 0
                  ? "it is empty"
                  : any
                      ? "what follows the compressed data is neither zstd nor gzip"
                      : "it is neither zstd nor gzip data (it begins with "
                          + source.peekHex()
                          + ")",
              any
                  ? "cut off what does not belong to it, or store the file again"
                  : "give a file that zstd or gzip made");
        }
        any = true;
      } while (source.require(1) > 0);
    }
  }
}
