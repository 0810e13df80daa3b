package dev.millrace.volumes;

import dev.millrace.base.IdSource;
import dev.millrace.model.DiskId;
import java.util.concurrent.Executor;

/// What the volumes of a disk share.
record VolumeContext(
    DiskIo io,
    DiskId disk,
    StoreOptions options,
    FreeSpace space,
    RecordFile records,
    IdSource ids,
    Executor syncs) {}
