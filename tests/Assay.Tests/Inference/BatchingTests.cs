using Assay.Inference.Batching;
using Assay.Inference.Models;
using Assay.Inference.Requests;
using Assay.Statistics.Profiles;
using Assay.Tests.Serving.Rollouts;
using Microsoft.ML.OnnxRuntime;

namespace Assay.Tests.Inference;

/// <summary>Rows of requests that come at the same time are computed together, and nobody can tell by an answer.</summary>
public sealed class BatchingTests
{
    private const int Callers = 16;
    private const int CallsEach = 150;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_row_gets_the_bits_that_it_gets_alone_whoever_it_was_computed_with()
    {
        using var model = new Opened();
        var batcher = new RowBatcher(model.Session, model.Counts, turns: 1);
        var waited = 0;
        await UntilTried(() => waited > Callers, async caller =>
        {
            var random = new Random(caller);
            for (var call = 0; call < CallsEach; call++)
            {
                using var rows = model.RandomRows(random);
                var (together, alone) = (new float[rows.Count], new float[1]);
                if ((await batcher.Predict(rows, together)).Began != 0)
                    Interlocked.Increment(ref waited);
                for (var row = 0; row < rows.Count; row++)
                {
                    model.Session.Run(rows, row, alone, counts: null);
                    Assert.Equal(BitConverter.SingleToInt32Bits(alone[0]), BitConverter.SingleToInt32Bits(together[row]));
                }
            }
        });
    }

    [Fact]
    public async Task Every_row_is_counted_for_monitoring_once()
    {
        using var model = new Opened();
        var batcher = new RowBatcher(model.Session, model.Counts, turns: 1);
        var sent = 0L;
        await Task.WhenAll(Enumerable.Range(0, Callers).Select(caller => Task.Run(async () =>
        {
            var random = new Random(caller);
            for (var call = 0; call < CallsEach; call++)
            {
                using var rows = model.RandomRows(random);
                await batcher.Predict(rows, new float[rows.Count]);
                Interlocked.Add(ref sent, rows.Count);
            }
        }, Cancel)));

        Assert.Equal(sent, model.Counts.Take().Rows);
    }

    [Fact]
    public async Task A_lone_caller_waits_for_nobody()
    {
        using var model = new Opened();
        var batcher = new RowBatcher(model.Session, model.Counts, turns: 1);
        for (var call = 0; call < 100; call++)
        {
            using var rows = model.RandomRows(new Random(call));
            var answered = batcher.Predict(rows, new float[rows.Count]).AsTask();
            Assert.True(answered.IsCompletedSuccessfully);
            Assert.Equal(new(0, rows.Count), await answered);
        }
    }

    [Fact]
    public async Task When_the_runtime_fails_all_who_wait_are_told_and_the_next_can_be_answered()
    {
        using var model = new Opened();
        var batcher = new RowBatcher(model.Session, model.Counts, turns: 1);
        model.Session.Dispose();
        var asked = Enumerable.Range(0, Callers).Select(caller => Task.Run(
            async () =>
            {
                using var rows = model.RandomRows(new Random(caller));
                await Assert.ThrowsAsync<ObjectDisposedException>(async () => await batcher.Predict(rows, new float[rows.Count]));
            },
            Cancel));
        await Task.WhenAll(asked).WaitAsync(TimeSpan.FromSeconds(30), Cancel);
    }

    [Fact]
    public async Task Rows_that_the_model_can_t_compute_fail_nobody_else_s()
    {
        using var model = new Opened(TrialModel.FailingGraph);
        var batcher = new RowBatcher(model.Session, model.Counts, turns: 1);
        var (fails, waited) = (0, 0);
        var rounds = await UntilTried(() => waited > Callers, async caller =>
        {
            for (var call = 0; call < CallsEach; call++)
            {
                var isBad = (caller + call) % 50 == 0;
                using var rows = new PredictionRows(TinyModel.Schema.Inputs.Count);
                var row = rows.AddRow();
                row.Clear();   // a new row holds what an earlier use left there, which may be no category at all
                row[0] = isBad ? 50 : 30;   // the graph knows no age from 40 on
                try
                {
                    if ((await batcher.Predict(rows, new float[1])).Began != 0)
                        Interlocked.Increment(ref waited);
                    Assert.False(isBad);
                }
                catch (OnnxRuntimeException)
                {
                    Assert.True(isBad);
                    Interlocked.Increment(ref fails);
                }
            }
        });
        Assert.Equal(rounds * Callers * CallsEach / 50, fails);
    }

    /// <summary>Has all callers ask at the same time, again and again until calls met: on a busy machine one may be done before the next begins.</summary>
    internal static async Task<int> UntilTried(Func<bool> tried, Func<int, Task> caller)
    {
        const int RoundsMax = 50;
        for (var round = 1; round <= RoundsMax; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, Callers).Select(number => Task.Run(() => caller(number), Cancel)));
            if (tried())
                return round;
        }

        Assert.Fail("No calls met: nothing was tried.");
        return 0;
    }

    [Fact]
    public async Task A_model_that_gains_by_it_is_batched_and_a_compiled_one_is_not()
    {
        var files = ExplainedModels.BlackBox();
        using var runtime = InferenceModel.Load(name => files[name]);
        Assert.True(runtime.IsBatched);
        using var rows = runtime.Read("""[[30,500,"plus"]]"""u8.ToArray());
        var answer = new float[1];
        await runtime.PredictAmongOthers(rows, answer, Cancel);
        Assert.Equal(runtime.Predict(rows, Cancel), answer);

        using var compiled = TinyModel.Load();
        Assert.Equal((true, false), (compiled.IsCompiled, compiled.IsBatched));
    }

    /// <summary>A graph that isn't compiled, with its session in hand.</summary>
    private sealed class Opened : IDisposable
    {
        public Opened(byte[]? graph = null)
        {
            var files = ExplainedModels.BlackBox();
            Session = ModelSession.Open(graph ?? files[PackageFiles.Model], TinyModel.Schema);
            Counts = new(TinyModel.Schema, PackageJson.Read<BaselineProfile>(name => files[name], PackageFiles.Baseline));
        }

        public ModelSession Session { get; }

        public ModelCounts Counts { get; }

        public PredictionRows RandomRows(Random random)
        {
            var rows = new PredictionRows(TinyModel.Schema.Inputs.Count);
            for (var count = random.Next(1, 4); count > 0; count--)
            {
                var cells = rows.AddRow();
                (cells[0], cells[1], cells[2]) = (random.Next(18, 90), random.NextSingle() * 1000, random.Next(-1, TinyModel.Plans.Length));
            }

            return rows;
        }

        public void Dispose() => Session.Dispose();
    }
}
