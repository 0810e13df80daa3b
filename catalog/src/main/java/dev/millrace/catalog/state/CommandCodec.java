package dev.millrace.catalog.state;

import dev.millrace.model.BucketName;
import dev.millrace.model.ChunkId;
import dev.millrace.model.JobId;
import dev.millrace.model.NodeId;
import dev.millrace.model.ObjectKey;
import dev.millrace.model.VersionId;
import dev.millrace.model.VolumeId;
import dev.millrace.net.CatalogCommand;
import dev.millrace.wire.catalog.NounCodec;
import dev.millrace.wire.catalog.ProvenanceCodec;
import dev.millrace.wire.catalog.RowCodec;
import dev.millrace.wire.proto.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Commands to messages and back. A command that this version does not know fails with
/// HOME_VERSION.
public final class CommandCodec {
  private CommandCodec() {}

  public static Command write(CatalogCommand<?> command) {
    Command.Builder message = Command.newBuilder();
    switch (command) {
      case CatalogCommand.CreateBucket create ->
          message.setCreateBucket(
              Command.CreateBucket.newBuilder()
                  .setName(create.name().value())
                  .setPolicy(NounCodec.write(create.policy())));
      case CatalogCommand.DeleteBucket delete ->
          message.setDeleteBucket(Command.DeleteBucket.newBuilder().setName(delete.name().value()));
      case CatalogCommand.CommitVersion commit -> message.setCommitVersion(message(commit));
      case CatalogCommand.AddDeleteMarker add ->
          message.setAddDeleteMarker(
              Command.AddDeleteMarker.newBuilder()
                  .setBucket(add.bucket().value())
                  .setKey(add.key().value())
                  .setId(NounCodec.write(add.id().value())));
      case CatalogCommand.DestroyVersion destroy ->
          message.setDestroyVersion(
              Command.DestroyVersion.newBuilder()
                  .setBucket(destroy.bucket().value())
                  .setKey(destroy.key().value())
                  .setId(NounCodec.write(destroy.id().value())));
      case CatalogCommand.CopyVersion copy ->
          message.setCopyVersion(
              Command.CopyVersion.newBuilder()
                  .setSource(NounCodec.write(copy.source()))
                  .setBucket(copy.bucket().value())
                  .setKey(copy.key().value())
                  .setId(NounCodec.write(copy.id().value())));
      case CatalogCommand.CreateVolume create -> {
        Command.CreateVolume.Builder volume =
            Command.CreateVolume.newBuilder().setPolicy(NounCodec.write(create.policy()));
        create.members().forEach(node -> volume.addMembers(NounCodec.write(node.value())));
        message.setCreateVolume(volume);
      }
      case CatalogCommand.SealVolume seal ->
          message.setSealVolume(Command.SealVolume.newBuilder().setId(seal.id().value()));
      case CatalogCommand.ForgetChunks forget -> message.setForgetChunks(message(forget));
      case CatalogCommand.RewrapKeys rewrap -> message.setRewrapKeys(message(rewrap));
      case CatalogCommand.AcceptJob accept -> {
        Command.AcceptJob.Builder job =
            Command.AcceptJob.newBuilder()
                .setId(NounCodec.write(accept.id().value()))
                .setSpec(RowCodec.message(accept.spec()))
                .setSessionKey(NounCodec.write(accept.sessionKey()));
        accept.provenance().map(ProvenanceCodec::message).ifPresent(job::setProvenance);
        accept.takeOver().map(CommandCodec::message).ifPresent(job::setTakeOver);
        message.setAcceptJob(job);
      }
      case CatalogCommand.ReuseResult reuse ->
          message.setReuseResult(
              Command.ReuseResult.newBuilder()
                  .setResult(NounCodec.write(reuse.result().value()))
                  .setId(NounCodec.write(reuse.id().value()))
                  .setVersionId(NounCodec.write(reuse.versionId().value()))
                  .setBucket(reuse.bucket().value())
                  .setKey(reuse.key().value()));
      case CatalogCommand.RecordTasks tasks -> {
        Command.RecordTasks.Builder record =
            Command.RecordTasks.newBuilder().setId(NounCodec.write(tasks.id().value()));
        tasks.results().forEach(task -> record.addResults(RowCodec.message(task)));
        message.setRecordTasks(record);
      }
      case CatalogCommand.PublishJob publish -> {
        Command.PublishJob.Builder job =
            Command.PublishJob.newBuilder()
                .setId(NounCodec.write(publish.id().value()))
                .setVersionId(NounCodec.write(publish.versionId().value()))
                .setStored(NounCodec.write(publish.stored()))
                .addAllNodes(ProvenanceCodec.nodes(publish.nodes()));
        publish.parts().map(ProvenanceCodec::message).ifPresent(job::setParts);
        message.setPublishJob(job);
      }
      case CatalogCommand.PublishFiles publish -> message.setPublishFiles(message(publish));
      case CatalogCommand.EndJob end -> {
        Command.EndJob.Builder ended =
            Command.EndJob.newBuilder()
                .setId(NounCodec.write(end.id().value()))
                .setState(RowCodec.message(end.state()))
                .setFailure(end.failure())
                .setKeepTasks(end.keepTasks());
        end.failures().forEach(failure -> ended.addFailures(RowCodec.message(failure)));
        message.setEndJob(ended);
      }
      case CatalogCommand.RetryJob retry ->
          message.setRetryJob(
              Command.RetryJob.newBuilder().setId(NounCodec.write(retry.id().value())));
      case CatalogCommand.ForgetJob forget ->
          message.setForgetJob(
              Command.ForgetJob.newBuilder().setId(NounCodec.write(forget.id().value())));
      case CatalogCommand.Touch touch -> {
        Command.Touch.Builder reason = Command.Touch.newBuilder();
        touch.reason().ifPresent(reason::setReason);
        message.setTouch(reason);
      }
      case CatalogCommand.ImportVersion version ->
          message.setImportVersion(
              Command.ImportVersion.newBuilder()
                  .setBucket(version.bucket().value())
                  .setKey(version.key().value())
                  .setId(NounCodec.write(version.id().value()))
                  .setCreatedMillis(version.createdMillis())
                  .setStored(NounCodec.write(version.stored())));
    }
    return message.build();
  }

  private static Command.PublishFiles message(CatalogCommand.PublishFiles publish) {
    Command.PublishFiles.Builder message =
        Command.PublishFiles.newBuilder().setId(NounCodec.write(publish.id().value()));
    for (CatalogCommand.PublishedFile file : publish.files()) {
      message.addFiles(
          Command.PublishFiles.File.newBuilder()
              .setKey(file.key().value())
              .setVersionId(NounCodec.write(file.versionId().value()))
              .setStored(NounCodec.write(file.stored())));
    }
    publish.nodes().forEach(node -> message.addNodes(NounCodec.write(node.value())));
    return message.build();
  }

  private static Command.CommitVersion message(CatalogCommand.CommitVersion commit) {
    Command.CommitVersion.Builder message =
        Command.CommitVersion.newBuilder()
            .setBucket(commit.bucket().value())
            .setKey(commit.key().value())
            .setId(NounCodec.write(commit.id().value()))
            .setStored(NounCodec.write(commit.stored()));
    switch (commit.precondition()) {
      case CatalogCommand.Precondition.None none -> {}
      case CatalogCommand.Precondition.Absent absent -> message.setAbsent(true);
      case CatalogCommand.Precondition.Matches matches -> message.setMatches(matches.etag());
    }
    return message.build();
  }

  private static Command.ForgetChunks message(CatalogCommand.ForgetChunks forget) {
    Command.ForgetChunks.Builder message = Command.ForgetChunks.newBuilder();
    for (ChunkId chunk : forget.chunks()) {
      message.addVolumeNumber(chunk.volumeNumber()).addLocal(chunk.local());
    }
    return message.build();
  }

  private static Command.RewrapKeys message(CatalogCommand.RewrapKeys rewrap) {
    Command.RewrapKeys.Builder message = Command.RewrapKeys.newBuilder();
    for (CatalogCommand.Rewrap row : rewrap.rows()) {
      message.addRows(
          Command.RewrapKeys.Rewrap.newBuilder()
              .setVersion(NounCodec.write(row.version()))
              .setExpected(NounCodec.write(row.expected()))
              .setReplacement(NounCodec.write(row.replacement())));
    }
    return message.build();
  }

  /// The command that a message holds.
  ///
  /// @throws dev.millrace.base.MillraceException HOME_VERSION
  public static CatalogCommand<?> read(Command message) {
    return switch (message.getKindCase()) {
      case CREATE_BUCKET -> {
        Command.CreateBucket create = message.getCreateBucket();
        yield new CatalogCommand.CreateBucket(
            new BucketName(create.getName()), NounCodec.read(create.getPolicy()));
      }
      case DELETE_BUCKET ->
          new CatalogCommand.DeleteBucket(new BucketName(message.getDeleteBucket().getName()));
      case COMMIT_VERSION -> commit(message.getCommitVersion());
      case ADD_DELETE_MARKER -> {
        Command.AddDeleteMarker add = message.getAddDeleteMarker();
        yield new CatalogCommand.AddDeleteMarker(
            new BucketName(add.getBucket()),
            new ObjectKey(add.getKey()),
            new VersionId(NounCodec.read(add.getId())));
      }
      case DESTROY_VERSION -> {
        Command.DestroyVersion destroy = message.getDestroyVersion();
        yield new CatalogCommand.DestroyVersion(
            new BucketName(destroy.getBucket()),
            new ObjectKey(destroy.getKey()),
            new VersionId(NounCodec.read(destroy.getId())));
      }
      case COPY_VERSION -> {
        Command.CopyVersion copy = message.getCopyVersion();
        yield new CatalogCommand.CopyVersion(
            NounCodec.read(copy.getSource()),
            new BucketName(copy.getBucket()),
            new ObjectKey(copy.getKey()),
            new VersionId(NounCodec.read(copy.getId())));
      }
      case CREATE_VOLUME ->
          new CatalogCommand.CreateVolume(
              NounCodec.read(message.getCreateVolume().getPolicy()),
              message.getCreateVolume().getMembersList().stream()
                  .map(id -> new NodeId(NounCodec.read(id)))
                  .toList());
      case SEAL_VOLUME ->
          new CatalogCommand.SealVolume(new VolumeId(message.getSealVolume().getId()));
      case FORGET_CHUNKS -> forgetChunks(message.getForgetChunks());
      case REWRAP_KEYS ->
          new CatalogCommand.RewrapKeys(
              message.getRewrapKeys().getRowsList().stream()
                  .map(row ->
                      new CatalogCommand.Rewrap(
                          NounCodec.read(row.getVersion()),
                          NounCodec.read(row.getExpected()),
                          NounCodec.read(row.getReplacement())))
                  .toList());
      case ACCEPT_JOB -> {
        Command.AcceptJob accept = message.getAcceptJob();
        yield new CatalogCommand.AcceptJob(
            new JobId(NounCodec.read(accept.getId())),
            RowCodec.noun(accept.getSpec()),
            NounCodec.read(accept.getSessionKey()),
            accept.hasProvenance()
                ? Optional.of(ProvenanceCodec.noun(accept.getProvenance()))
                : Optional.empty(),
            accept.hasTakeOver() ? Optional.of(takeOver(accept.getTakeOver())) : Optional.empty());
      }
      case RECORD_TASKS ->
          new CatalogCommand.RecordTasks(
              new JobId(NounCodec.read(message.getRecordTasks().getId())),
              message.getRecordTasks().getResultsList().stream().map(RowCodec::noun).toList());
      case PUBLISH_JOB -> {
        Command.PublishJob publish = message.getPublishJob();
        yield new CatalogCommand.PublishJob(
            new JobId(NounCodec.read(publish.getId())),
            new VersionId(NounCodec.read(publish.getVersionId())),
            NounCodec.read(publish.getStored()),
            ProvenanceCodec.nodesOf(publish.getNodesList()),
            publish.hasParts()
                ? Optional.of(ProvenanceCodec.noun(publish.getParts()))
                : Optional.empty());
      }
      case REUSE_RESULT -> {
        Command.ReuseResult reuse = message.getReuseResult();
        yield new CatalogCommand.ReuseResult(
            ProvenanceCodec.digest(reuse.getResult()),
            new JobId(NounCodec.read(reuse.getId())),
            new VersionId(NounCodec.read(reuse.getVersionId())),
            new BucketName(reuse.getBucket()),
            new ObjectKey(reuse.getKey()));
      }
      case PUBLISH_FILES -> publishFiles(message.getPublishFiles());
      case END_JOB ->
          new CatalogCommand.EndJob(
              new JobId(NounCodec.read(message.getEndJob().getId())),
              RowCodec.noun(message.getEndJob().getState()),
              message.getEndJob().getFailure(),
              message.getEndJob().getFailuresList().stream().map(RowCodec::noun).toList(),
              message.getEndJob().getKeepTasks());
      case RETRY_JOB ->
          new CatalogCommand.RetryJob(new JobId(NounCodec.read(message.getRetryJob().getId())));
      case FORGET_JOB ->
          new CatalogCommand.ForgetJob(new JobId(NounCodec.read(message.getForgetJob().getId())));
      case TOUCH ->
          new CatalogCommand.Touch(
              message.getTouch().hasReason()
                  ? Optional.of(message.getTouch().getReason())
                  : Optional.empty());
      case IMPORT_VERSION -> {
        Command.ImportVersion version = message.getImportVersion();
        yield new CatalogCommand.ImportVersion(
            new BucketName(version.getBucket()),
            new ObjectKey(version.getKey()),
            new VersionId(NounCodec.read(version.getId())),
            version.getCreatedMillis(),
            NounCodec.read(version.getStored()));
      }
      case KIND_NOT_SET -> throw NounCodec.newer("a command");
    };
  }

  private static Command.TakeOver message(CatalogCommand.TakeOver taken) {
    Command.TakeOver.Builder message =
        Command.TakeOver.newBuilder().setAnswer(NounCodec.write(taken.answer()));
    taken.results().forEach(result -> message.addResults(RowCodec.message(result)));
    return message.build();
  }

  private static CatalogCommand.TakeOver takeOver(Command.TakeOver message) {
    return new CatalogCommand.TakeOver(
        NounCodec.read(message.getAnswer()),
        message.getResultsList().stream().map(RowCodec::noun).toList());
  }

  private static CatalogCommand.PublishFiles publishFiles(Command.PublishFiles publish) {
    return new CatalogCommand.PublishFiles(
        new JobId(NounCodec.read(publish.getId())),
        publish.getFilesList().stream()
            .map(file ->
                new CatalogCommand.PublishedFile(
                    new ObjectKey(file.getKey()),
                    new VersionId(NounCodec.read(file.getVersionId())),
                    NounCodec.read(file.getStored())))
            .toList(),
        publish.getNodesList().stream().map(node -> new NodeId(NounCodec.read(node))).toList());
  }

  private static CatalogCommand.CommitVersion commit(Command.CommitVersion commit) {
    CatalogCommand.Precondition precondition =
        switch (commit.getPreconditionCase()) {
          case ABSENT -> new CatalogCommand.Precondition.Absent();
          case MATCHES -> new CatalogCommand.Precondition.Matches(commit.getMatches());
          case PRECONDITION_NOT_SET -> new CatalogCommand.Precondition.None();
        };
    return new CatalogCommand.CommitVersion(
        new BucketName(commit.getBucket()),
        new ObjectKey(commit.getKey()),
        new VersionId(NounCodec.read(commit.getId())),
        NounCodec.read(commit.getStored()),
        precondition);
  }

  private static CatalogCommand.ForgetChunks forgetChunks(Command.ForgetChunks message) {
    List<ChunkId> chunks = new ArrayList<>(message.getLocalCount());
    for (int i = 0; i < message.getLocalCount(); i++) {
      chunks.add(new ChunkId(message.getVolumeNumber(i), message.getLocal(i)));
    }
    return new CatalogCommand.ForgetChunks(chunks);
  }
}
