using Assay.Inference.Explanations;
using Assay.Inference.Models;
using Assay.Serving;
using Assay.Statistics.Profiles;

namespace Assay.Tests.Monitoring;

/// <summary>
/// Stands where Serving stands: endpoints that hand out windows of made-up predictions over 20 features, so that a test
/// decides what was predicted. It forgets a window once it is taken, like the real one.
/// </summary>
internal sealed class Traffic : IEndpoints
{
    private const int Features = 20;
    private readonly Lock _lock = new();
    private readonly List<EndpointWindow> _waiting = [];
    private readonly List<ServedEndpoint> _served = [];
    private readonly BaselineProfile _baseline;
    private readonly Random _random = new(11);

    public Traffic()
    {
        var columns = Enumerable.Range(0, Features).Select(feature => Sample(5600, 0)).ToList();
        _baseline = new(
            5600,
            [.. columns.Select((column, feature) => BaselineBuilder.Numbers($"f{feature}", column))],
            BaselineBuilder.Numbers("probability", Sample(5600, 0)));
        Serve(1);
    }

    /// <summary>Lets this version answer at endpoint <c>churn</c>.</summary>
    public void Serve(int version, string project = "default")
    {
        lock (_lock)
        {
            _served.RemoveAll(endpoint => endpoint.Project == project);
            _served.Add(new(project, "churn", "churn-model", version, $"sha256:{version:D64}", _baseline));
        }
    }


    public Task<RowAttributions?> Attribute(ServedEndpoint served, IReadOnlyList<IReadOnlyList<string?>> rows, CancellationToken cancel) =>
        Task.FromResult<RowAttributions?>(null);

    /// <summary>Predicts rows; a shift is in deviations and moves the features f0 and f1; a share of f0 may be missing.</summary>
    public void Predict(int rows, double shift = 0, string project = "default", double missing = 0) =>
        Predict(List().Single(endpoint => endpoint.Project == project), rows, shift, missing);

    /// <summary>The same by a version that may not answer any more: its last requests end late.</summary>
    public void Predict(ServedEndpoint served, int rows, double shift, double missing = 0)
    {
        var counts = new ModelWindow(
            rows,
            [.. _baseline.Features.Select((baseline, feature) => Count(baseline, rows, feature < 2 ? shift : 0, feature == 0 ? (int)(rows * missing) : 0))],
            Count(_baseline.Score, rows, 0));
        lock (_lock)
            _waiting.Add(new(served, counts));
    }

    /// <summary>Rows that all have the same value of f0.</summary>
    public void PredictConstant(int rows, double value) => Wait(new(
        rows,
        [.. _baseline.Features.Select((baseline, feature) => feature == 0 ? Count(baseline, Enumerable.Repeat(value, rows)) : Count(baseline, rows, 0))],
        Count(_baseline.Score, rows, 0)));

    /// <summary>Rows without any value, for which the model has no number either.</summary>
    public void PredictNothing(int rows) => Wait(new(
        rows,
        [.. _baseline.Features.Select(baseline => Count(baseline, rows, 0, missing: rows))],
        Count(_baseline.Score, rows, 0, missing: rows)));

    /// <summary>Calls that the schema refuses because of this input, and others that are answered with a row each.</summary>
    public void Refuse(int calls, string column, int answered = 0) => Wait(
        new(answered, [.. _baseline.Features.Select(baseline => Count(baseline, answered, 0))], Count(_baseline.Score, answered, 0)),
        new(answered, calls, new Dictionary<string, long> { [column] = calls }));

    private void Wait(ModelWindow counts, AskedCalls? calls = null)
    {
        lock (_lock)
            _waiting.Add(new(_served[0], counts) { Calls = calls ?? AskedCalls.None });
    }

    public IReadOnlyList<ServedEndpoint> List()
    {
        lock (_lock)
            return [.. _served];
    }

    public Task<EndpointWindow?> TakeWindow(string project, string name, CancellationToken cancel = default)
    {
        lock (_lock)
        {
            var taken = _waiting.FirstOrDefault(window => window.Endpoint.Project == project && window.Endpoint.Name == name);
            if (taken is not null)
                _waiting.Remove(taken);
            return Task.FromResult(taken);
        }
    }

    /// <summary>The calls of the last minute, as a test wants them.</summary>
    public EndpointHealth LastMinute { get; set; } = new(0, 0, 0, null, null, null);

    public EndpointHealth? Health(string project, string name) => LastMinute;

    private CountedWindow Count(Baseline baseline, int rows, double shift, int missing = 0)
    {
        var live = new LiveCounts(baseline);
        for (var i = 0; i < missing; i++)
            live.AddMissing();
        foreach (var value in Sample(rows - missing, shift))
            live.Add(value);
        return live.Take();
    }

    private static CountedWindow Count(Baseline baseline, IEnumerable<double> values)
    {
        var live = new LiveCounts(baseline);
        foreach (var value in values)
            live.Add(value);
        return live.Take();
    }

    private double[] Sample(int rows, double shift) =>
        [.. Enumerable.Range(0, rows).Select(_ =>
            shift + (Math.Sqrt(-2 * Math.Log(1 - _random.NextDouble())) * Math.Cos(2 * Math.PI * _random.NextDouble())))];
}
