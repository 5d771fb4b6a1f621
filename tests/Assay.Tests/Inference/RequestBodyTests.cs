using System.Buffers;
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
        stream.Ended.SetException(ResetStream.Reset());
        await Assert.ThrowsAsync<CallerLeftException>(() => reading);
    }

    [Fact]
    public async Task A_caller_that_resets_its_stream_between_two_parts_of_its_body_has_left()
    {
        var http = new DefaultHttpContext();
        var stream = new ResetStream();
        http.Features.Set<IRequestBodyPipeFeature>(stream);
        stream.Came.Enqueue(new(new("[[30,"u8.ToArray()), isCanceled: false, isCompleted: false));
        stream.Ended.SetException(ResetStream.Reset());
        await Assert.ThrowsAsync<CallerLeftException>(() => RequestBody.Read(http.Request, 1000, CancellationToken.None).AsTask());
    }

    [Fact]
    public async Task A_caller_that_resets_its_stream_after_its_body_leaves_nothing_behind()
    {
        var http = new DefaultHttpContext();
        var stream = new ResetStream();
        http.Features.Set<IRequestBodyPipeFeature>(stream);
        stream.Came.Enqueue(new(new("[[30,500]]"u8.ToArray()), isCanceled: false, isCompleted: true));
        var body = await RequestBody.Read(http.Request, 1000, CancellationToken.None);
        Assert.Equal("[[30,500]]"u8.ToArray(), body.Bytes.ToArray());
        body.Dispose();   // would throw, and keep for ever what it holds of the memory for bodies
        Assert.True(body.Bytes.IsEmpty);
    }

    /// <summary>A body as the web server has it once its stream was reset: nothing of it can be given up any more.</summary>
    private sealed class ResetStream : PipeReader, IRequestBodyPipeFeature
    {
        public Queue<ReadResult> Came { get; } = [];

        public TaskCompletionSource<ReadResult> Ended { get; } = new();

        public PipeReader Reader => this;

        public override ValueTask<ReadResult> ReadAsync(CancellationToken cancellationToken = default) => Came.TryDequeue(out var read) ? new(read) : new(Ended.Task);

        public static IOException Reset() => new("The client reset the request stream.");

        public override void CancelPendingRead() => throw Reset();

        public override bool TryRead(out ReadResult result) => throw new NotSupportedException();

        public override void AdvanceTo(SequencePosition consumed) => throw Reset();

        public override void AdvanceTo(SequencePosition consumed, SequencePosition examined) => throw new NotSupportedException();

        public override void Complete(Exception? exception = null) => throw new NotSupportedException();
    }
}
