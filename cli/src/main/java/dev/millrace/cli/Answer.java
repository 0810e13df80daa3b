package dev.millrace.cli;

import dev.millrace.base.ErrorCode;
import dev.millrace.base.MillraceException;
import dev.millrace.base.Text;
import dev.millrace.client.Explanation;
import dev.millrace.model.JobId;
import dev.millrace.model.StoredVersion;

/// A stored object that is the answer of a job.
record Answer(StoredVersion version, JobId job) {
  /// The object that was typed.
  ///
  /// @throws MillraceException NO_SUCH_JOB when no job made it
  static Answer find(Arguments arguments, Session session) {
    ObjectName name = ObjectName.parse(arguments.word(0));
    StoredVersion version = session.millrace().files().stat(name.ref(arguments.version()));
    JobId job =
        version
            .stored()
            .producer()
            .orElseThrow(() ->
                new MillraceException(
                    ErrorCode.NO_SUCH_JOB,
                    Text.printable(name.toString())
                        + ": no job made it, it was stored as it is: name the answer of a job"));
    return new Answer(version, job);
  }

  /// Where it comes from.
  ///
  /// @throws MillraceException NO_SUCH_JOB when its job was forgotten
  Explanation explain(Session session, int mostInputs) {
    try {
      return session.millrace().jobs().explain(job, mostInputs);
    } catch (MillraceException e) {
      if (e.code() != ErrorCode.NO_SUCH_JOB) {
        throw e;
      }
      throw forgotten(e);
    }
  }

  /// Names the object too, where only the job was not found.
  MillraceException forgotten(MillraceException cause) {
    return new MillraceException(
        ErrorCode.NO_SUCH_JOB,
        Text.printable(version.bucket() + "/" + version.key())
            + ": the record of job "
            + job
            + ", which made it, is gone: run that job again",
        cause);
  }
}
