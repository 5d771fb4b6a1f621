using System.Collections.Concurrent;
using Assay.Inference.Explanations;
using Assay.Inference.Models;
using Assay.Kernel;
using Assay.Serving.Endpoints;
using Assay.Serving.PredictionLog.Capture;

namespace Assay.Serving.Live;

/// <summary>All endpoints of this process by project and name.</summary>
internal sealed class LiveEndpoints(CallLog log, TimeProvider clock) : IEndpoints, IDisposable
{
    private readonly ConcurrentDictionary<(string Project, string Name), LiveEndpoint> _endpoints = new();
    private readonly TaskCompletionSource _known = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>
    /// One change of an endpoint at a time, so that what the database says and what answers can't drift apart, and nothing is
    /// loaded twice. What loads slowly at one keeps no roll-back waiting at another.
    /// </summary>
    public KeyedTurns<(string Project, string Name)> Turns { get; } = new();

    public LiveEndpoint? Find(string project, string name) => _endpoints.GetValueOrDefault((project, name));

    /// <summary>The endpoint once it is loaded (or failed to), or as it is when patience runs out; null when there is none.</summary>
    public async Task<LiveEndpoint?> FindLoaded(string project, string name, TimeSpan patience, CancellationToken cancel)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        waiting.CancelAfter(patience);
        try
        {
            if (Find(project, name) is null)
                await _known.Task.WaitAsync(waiting.Token);
            if (Find(project, name) is { } endpoint)
                await endpoint.Settled.WaitAsync(waiting.Token);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            // Out of patience: whoever asked says so.
        }

        return Find(project, name);
    }

    /// <summary>Every endpoint of this process.</summary>
    public IReadOnlyList<(string Project, string Name)> Names() => [.. _endpoints.Keys];

    /// <summary>The endpoints of a project.</summary>
    public IEnumerable<LiveEndpoint> Of(string project) => _endpoints.Where(entry => entry.Key.Project == project).Select(entry => entry.Value);

    /// <summary>Tells those who wait that every endpoint of the database has its place here.</summary>
    public void AllAreKnown() => _known.TrySetResult();

    public LiveEndpoint Open(string project, string name) =>
        _endpoints.GetOrAdd((project, name), key => new LiveEndpoint(key.Project, key.Name, log, clock));

    public void Remove(string project, string name)
    {
        if (_endpoints.TryRemove((project, name), out var endpoint))
            endpoint.Close();
    }

    /// <summary>A row with what this process knows of it.</summary>
    public EndpointSummary Summarize(ModelEndpoint row)
    {
        var endpoint = Find(row.Project, row.Name);
        return new(
            row.Name,
            row.Model,
            row.Target,
            endpoint?.Served?.Version,
            endpoint?.Served?.Digest,
            endpoint?.State ?? EndpointState.Loading,
            endpoint?.Problem,
            row.UpdatedAt)
        {
            Split = endpoint?.Rollout?.Split(row.Version),
        };
    }

    public IReadOnlyList<ServedEndpoint> List() => [.. _endpoints.Values.Select(endpoint => endpoint.Served).OfType<ServedEndpoint>()];

    public Task<EndpointWindow?> TakeWindow(string project, string name, CancellationToken cancel = default) =>
        Task.FromResult(Find(project, name)?.TakeWindow());

    public EndpointHealth? Health(string project, string name) => Find(project, name)?.LastMinute();

    public async Task<RowAttributions?> Attribute(ServedEndpoint served, IReadOnlyList<IReadOnlyList<string?>> rows, CancellationToken cancel)
    {
        using var lease = Find(served.Project, served.Name)?.Slot.Acquire();
        return lease?.Model is InferenceModel model && (model.Identity as ServedEndpoint)?.Digest == served.Digest
            ? await model.Attribute(rows, cancel)
            : null;
    }

    /// <summary>Frees the models when the host has answered its last request.</summary>
    public void Dispose()
    {
        foreach (var (project, name) in _endpoints.Keys)
            Remove(project, name);
    }
}
