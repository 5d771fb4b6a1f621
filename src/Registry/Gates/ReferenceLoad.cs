using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Assay.Inference.Models;
using Assay.Statistics.Profiles;

namespace Assay.Registry.Gates;

/// <summary>
/// Requests such as the model was trained for: rows drawn from its baseline, always the same ones. One load at a time, so
/// that two don't measure each other.
/// </summary>
internal sealed class ReferenceLoad : IDisposable
{
    private const int DifferentRows = 200;
    private const int WarmUpRequests = 100;
    private const int Seed = 20;
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(3);
    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Milliseconds of each request, ascending; at least one, and fewer than asked for when time runs out.</summary>
    /// <param name="open">Loads the model, which is disposed here: no more than one stands in memory, however many are to be measured.</param>
    /// <param name="requests">Requests of one row.</param>
    /// <param name="cancel">Ends it.</param>
    public async Task<List<double>> Run(Func<Task<InferenceModel>> open, int requests, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            using var model = await open();
            var bodies = Bodies(model);
            return await Task.Run(() => Measure(model, bodies, requests, cancel), cancel);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private static List<double> Measure(InferenceModel model, byte[][] bodies, int requests, CancellationToken cancel)
    {
        var started = Stopwatch.GetTimestamp();
        var measured = new List<double>(requests);
        for (var request = -WarmUpRequests; request < requests; request++)
        {
            cancel.ThrowIfCancellationRequested();
            var before = Stopwatch.GetTimestamp();
            using (var rows = model.Read(bodies[(request + WarmUpRequests) % bodies.Length]))
                model.Predict(rows, cancel);
            if (request >= 0)
                measured.Add(Stopwatch.GetElapsedTime(before).TotalMilliseconds);
            if (measured.Count > 0 && Stopwatch.GetElapsedTime(started) > AtMost)
                break;
        }

        measured.Sort();
        return measured;
    }

    private static byte[][] Bodies(InferenceModel model)
    {
        var random = new Random(Seed);
        return [.. Enumerable.Range(0, DifferentRows).Select(_ => Body(model, random))];
    }

    private static byte[] Body(InferenceModel model, Random random)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(buffer);
        json.WriteStartArray();
        json.WriteStartArray();
        foreach (var (input, baseline) in model.Schema.Inputs.Zip(model.Baseline.Features))
            Write(json, input, baseline, random);
        json.WriteEndArray();
        json.WriteEndArray();
        json.Flush();
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, ModelInput input, Baseline baseline, Random random)
    {
        var bin = Bin(baseline.Counts, random);
        if (input.Type == InputType.Category)
        {
            // The last bin is for values that the baseline does not name, and may have none in the schema either.
            var drawn = bin < (baseline.Categories?.Count ?? 0) ? baseline.Categories![bin] : null;
            if (drawn is null || !input.Categories!.Contains(drawn))
                drawn = input.Categories!.Count > 0 ? input.Categories[0] : "";
            json.WriteStringValue(drawn);
        }
        else
        {
            json.WriteNumberValue(Number(baseline, bin));
        }
    }

    private static int Bin(IReadOnlyList<long> counts, Random random)
    {
        var drawn = random.NextInt64(Math.Max(1, counts.Sum()));
        var bin = 0;
        while (bin < counts.Count - 1 && drawn >= counts[bin])
            drawn -= counts[bin++];
        return bin;
    }

    // A bin's upper edge belongs to it; the last bin ends at the greatest value.
    private static double Number(Baseline baseline, int bin)
    {
        var value = bin < (baseline.Edges?.Count ?? 0) ? baseline.Edges![bin] : baseline.Max ?? 0;
        return double.IsFinite(value) ? (float)value : 0;
    }
}
