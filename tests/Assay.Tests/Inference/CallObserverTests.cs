using System.Diagnostics.Metrics;
using System.Net;
using System.Text;
using System.Threading.Channels;
using Assay.Inference.Metrics;
using Assay.Inference.Models;
using Assay.Inference.Predictions;
using Assay.Inference.Tensors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Assay.Tests.Inference;

public sealed class CallObserverTests : IAsyncLifetime, ICallObserver
{
    private readonly Channel<Seen> _seen = Channel.CreateUnbounded<Seen>();
    private readonly ModelSlot _slot = new();
    private WebApplication _app = null!;
    private bool _isBroken;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _slot.Exchange(TinyModel.Load());
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _app = builder.Build();
        var call = new PredictCall(PlainDialect.Instance, _slot, new("tests", "tiny"), this);
        _app.MapPost("/predict", http => PredictOperation.Answer(http, call));
        _app.MapPost("/refuse", http => PredictOperation.Refuse(http, call, new Problem(429, "limit", "Come later.") { RetryAfterSeconds = 7 }));
        await _app.StartAsync(Cancel);
    }

    public async ValueTask DisposeAsync()
    {
        await _app.DisposeAsync();
        _slot.Exchange(null);
    }

    void ICallObserver.Ended(in EndedCall ended)
    {
        if (_isBroken)
            throw new InvalidOperationException("The observer is broken.");
        _seen.Writer.TryWrite(new(ended.RequestId, ended.Outcome, ended.Rows?.Count, ended.Predictions.ToArray(), ended.Problem?.Detail, ended.Model?.Signature.Outputs[0].Name, ended.Times));
    }

    [Fact]
    public async Task An_answered_call_shows_its_rows_its_predictions_and_where_its_time_went()
    {
        await Post("/predict", """[[30,500,"plus"],[64,null,null]]""");
        var seen = await Next();
        Assert.Equal((PredictOutcome.Ok, 2, null, "probability"), (seen.Outcome, seen.Rows, seen.Problem, seen.Output));
        Assert.Equal(TinyModel.Expect(30, 500, "plus"), seen.Predictions[0], 1e-6);
        Assert.True(seen.Times is { Read: > 0, Compute: > 0, Write: > 0, Queue: 0 });
        Assert.NotEmpty(seen.RequestId);
    }

    [Fact]
    public async Task A_call_that_was_not_answered_is_seen_with_what_its_caller_was_told()
    {
        await Post("/predict", """[["old",500,"plus"]]""");
        var invalid = await Next();
        _slot.Exchange(null);
        await Post("/predict", """[[30,500,"plus"]]""");
        var unavailable = await Next();
        using var refused = await Post("/refuse", "");
        Assert.Equal("7", refused.Headers.GetValues("Retry-After").Single());
        Seen[] all = [invalid, unavailable, await Next()];
        Assert.Equal([PredictOutcome.Invalid, PredictOutcome.Unavailable, PredictOutcome.Limited], all.Select(seen => seen.Outcome));
        Assert.Equal(
            [
                "Row 1, column 'age': expected a number, got the text \"old\". Write numbers without quotes.",
                "The model was unloaded. POST /v2/repository/models/tiny/load loads it again.",
                "Come later.",
            ],
            all.Select(seen => seen.Problem));
        Assert.All(all, seen => Assert.Empty(seen.Predictions));
    }

    [Fact]
    public async Task An_observer_that_throws_keeps_no_answer_back_and_is_counted()
    {
        _isBroken = true;
        using var failures = new CountedFailures();

        using var answer = await Post("/predict", """[[30,500,"plus"]]""");

        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.True(await failures.Some());
    }

    [Fact]
    public async Task Counts_that_throw_keep_no_answer_back_and_are_counted()
    {
        using var broken = new Uncountable();
        _slot.Exchange(broken);
        using var failures = new CountedFailures();

        using var answer = await Post("/predict", """{"inputs":{"x":[1,2.5]}}""");

        Assert.Equal((HttpStatusCode.OK, PredictOutcome.Ok), (answer.StatusCode, (await Next()).Outcome));
        Assert.True(await failures.Some());
    }

    [Fact]
    public async Task Rows_of_a_table_that_can_not_be_counted_are_no_trouble_of_whoever_takes_the_counts()
    {
        using var model = TinyModel.Load();
        var counts = new ModelCounts(model.Schema, model.Baseline);
        using var failures = new CountedFailures();

        counts.AddRows([30, 500, 99], [0.5f]);   // there is no category of that number
        counts.Take();

        Assert.True(await failures.Some());
    }

    // The caller may have its answer before the call has ended.
    private async Task<Seen> Next() => await _seen.Reader.ReadAsync(Cancel).AsTask().WaitAsync(TimeSpan.FromSeconds(30), Cancel);

    private async Task<HttpResponseMessage> Post(string path, string body)
    {
        using var http = new HttpClient();
        return await http.PostAsync(_app.Urls.Single() + path, new StringContent(body, Encoding.UTF8, "application/json"), Cancel);
    }

    /// <summary>A model that answers and has no counts.</summary>
    private sealed class Uncountable : ServedModel
    {
        public override ModelKind Kind => ModelKind.Tensors;

        public override ModelSignature Signature { get; } = new([new("x", "FP32", [-1])], [new("y", "FP32", [-1])]);

        internal override RowAnswer? CountedAnswer => throw new InvalidOperationException("The counter is broken.");

        public override ValueTask<IReadOnlyList<NamedTensor>> Infer(
            IReadOnlyList<NamedTensor> inputs, IReadOnlyCollection<string>? outputs, CancellationToken cancel) => ValueTask.FromResult(inputs);

        protected override void Dispose(bool disposing)
        {
        }
    }

    /// <summary>Whether the engine counted a failure since this was made.</summary>
    private sealed class CountedFailures : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly TaskCompletionSource _some = new();

        public CountedFailures()
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument is { Name: "inference_counting_failures", Meter.Name: InferenceMetrics.MeterName })
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<long>((_, _, _, _) => _some.TrySetResult());
            _listener.Start();
        }

        public async Task<bool> Some()
        {
            await _some.Task.WaitAsync(TimeSpan.FromSeconds(30), Cancel);
            return true;
        }

        public void Dispose() => _listener.Dispose();
    }

    private sealed record Seen(string RequestId, PredictOutcome Outcome, int? Rows, float[] Predictions, string? Problem, string? Output, CallTimes Times);
}
