using System.IO.Pipelines;
using Assay.Inference.Predictions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Assay.Tests.Inference;

public sealed class RequestBodyTests
{
    [Fact]
    public async Task A_deadline_that_comes_as_the_caller_resets_its_stream_ends_the_call_and_not_the_process()
    {
        using var deadline = new CancellationTokenSource();
        var http = new DefaultHttpContext();
        var stream = new ResetStream();
        http.Features.Set<IRequestBodyPipeFeature>(stream);
        var reading = RequestBody.Read(http.Request, 1000, deadline.Token).AsTask();
        await deadline.CancelAsync();   // would throw here, as it would in the timer of a deadline, where nobody catches it
        stream.Ended.SetException(new IOException("The client reset the request stream."));
        await Assert.ThrowsAsync<CallerLeftException>(() => reading);
    }

    /// <summary>A body as the web server has it once its stream was reset: nothing of it can be given up any more.</summary>
    private sealed class ResetStream : PipeReader, IRequestBodyPipeFeature
    {
        public TaskCompletionSource<ReadResult> Ended { get; } = new();

        public PipeReader Reader => this;

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => new(Ended.Task);

        public override void CancelPendingRead() => throw new IOException("The client reset the request stream.");

        public override bool TryRead(out ReadResult result) => throw new NotSupportedException();

        public override void AdvanceTo(SequencePosition consumed) => throw new NotSupportedException();

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => throw new NotSupportedException();

        public override void Complete(Exception? exception = null) => throw new NotSupportedException();
    }
}
