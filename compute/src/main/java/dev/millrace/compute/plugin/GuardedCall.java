package dev.millrace.compute.plugin;

import dev.millrace.base.ByteUnits;
import dev.millrace.base.Bytes;
import dev.millrace.compute.program.Call;
import dev.millrace.compute.program.Combine;
import dev.millrace.compute.program.PieceInput;
import dev.millrace.compute.program.Split;
import dev.millrace.compute.program.TaskContext;
import java.io.IOException;
import java.io.OutputStream;

/// A plug-in's call: what it said of its splits and of combining stays as it said it first.
final class GuardedCall implements Call {
  static final long STATE_BYTES = ByteUnits.MIB;

  private final Plugin plugin;
  private final String instruction;
  private final Call call;
  private final Split split;
  private final Combine combine;
  private final boolean writes;

  private GuardedCall(Plugin plugin, String instruction, Call call, Split split, Combine combine) {
    this.plugin = plugin;
    this.instruction = instruction;
    this.call = call;
    this.split = split;
    this.combine =
        switch (combine) {
          case Combine.ConcatenateInOrder whole -> whole;
          case Combine.Aggregate aggregate ->
              new Combine.Aggregate(
                  new GuardedReduction(plugin, instruction, aggregate.reduction()));
          case Combine.Stages _, Combine.Files _ ->
              throw new IllegalStateException("bug: a plug-in that combines otherwise");
        };
    this.writes =
        switch (combine) {
          case Combine.ConcatenateInOrder _, Combine.Stages _, Combine.Files _ -> true;
          case Combine.Aggregate _ -> false;
        };
  }

  /// On the plug-in's thread: asks the call what it has to say of itself.
  static GuardedCall of(
      Plugin plugin, String instruction, Call call, ForeignCall<GuardedCall> asking) {
    Split split = call.split();
    Combine combine = call.combine();
    if (split == null) {
      throw asking.failure("its split is null");
    }
    if (combine == null
        || (combine instanceof Combine.Aggregate aggregate && aggregate.reduction() == null)) {
      throw asking.failure("its way to combine is null");
    }
    if (combine instanceof Combine.Stages || combine instanceof Combine.Files) {
      throw asking.failure("it combines by stages or files, which only built-in instructions can");
    }
    return new GuardedCall(plugin, instruction, call, split, combine);
  }

  @Override
  public Split split() {
    return split;
  }

  @Override
  public Combine combine() {
    return combine;
  }

  @Override
  public Bytes run(PieceInput input, OutputStream output, TaskContext context) throws IOException {
    ForeignCall<Bytes> foreign = new ForeignCall<>(plugin, instruction, "run");
    PluginCompanion companion = new PluginCompanion();
    PluginKeep keep = context.kept(PluginKeep.class, PluginKeep::new);
    GuardedInput guardedInput = new GuardedInput(foreign, input);
    GuardedOutput guardedOutput = new GuardedOutput(foreign, output, writes);
    GuardedContext guardedContext =
        new GuardedContext(foreign, companion, keep.of(plugin), context);
    ForeignCall.Body<Bytes> body =
        () -> {
          companion.begin();
          try {
            Bytes returned = call.run(guardedInput, guardedOutput, guardedContext);
            guardedOutput.handOver();
            return require(returned, foreign);
          } finally {
            companion.end();
          }
        };
    Bytes[] state = {Bytes.EMPTY};
    try {
      context.accompanied(companion, () -> state[0] = foreign.run(body, context::check));
      guardedContext.counters().forEach(context::add);
      return state[0];
    } finally {
      if (foreign.isLeftBehind()) {
        keep.forget(plugin);
      }
    }
  }

  private static Bytes require(Bytes state, ForeignCall<Bytes> foreign) {
    if (state == null) {
      throw foreign.failure("its state is null, not Bytes.EMPTY");
    }
    if (state.length() > STATE_BYTES) {
      throw foreign.failure(
          "its state has " + state.length() + " bytes, more than the " + STATE_BYTES + " allowed");
    }
    return state;
  }
}
