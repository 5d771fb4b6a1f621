using System.Globalization;
using System.Text.Json;
using Assay.Inference.Counterfactuals;
using Assay.Inference.Explanations;
using Assay.Kernel.Paging;
using Assay.Serving;
using Assay.Serving.Limits;
using Assay.Serving.Rollouts.Plans;

namespace Assay.Client;

/// <summary>Endpoints: names under which models answer.</summary>
public sealed class EndpointsClient
{
    private readonly Transport _transport;

    internal EndpointsClient(Transport transport) => _transport = transport;

    /// <summary>Endpoints of the project.</summary>
    public Task<Page<EndpointSummary>> List(string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<EndpointSummary>>(Route.To("endpoints").Page(cursor, limit), cancel);

    /// <summary>An endpoint with its schema and traffic, or null.</summary>
    public Task<EndpointDetail?> Find(string name, CancellationToken cancel = default) =>
        _transport.Find<EndpointDetail>(Route.To("endpoints", name), cancel);

    /// <summary>Makes an endpoint, or points it elsewhere.</summary>
    /// <param name="name">Name of the endpoint.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="version">A number, an alias or a stage; the last two are followed when they move.</param>
    /// <param name="policy">How later promotions come to it; null for at once.</param>
    /// <param name="cancel">Stops waiting.</param>
    public Task<EndpointSummary> Put(
        string name, string model, string version = "Production", RolloutPlan? policy = null, CancellationToken cancel = default) =>
        _transport.Put<EndpointSummary>(Route.To("endpoints", name), new { model, version, rollout = policy }, cancel);

    /// <summary>What an endpoint lets through, or null when there is no such endpoint.</summary>
    public Task<EndpointLimits?> Limits(string name, CancellationToken cancel = default) =>
        _transport.Find<EndpointLimits>(Route.To("endpoints", name, "limits"), cancel);

    /// <summary>Holds an endpoint to limits; what is null is not limited any more.</summary>
    public Task<EndpointLimits> PutLimits(string name, EndpointLimits limits, CancellationToken cancel = default) =>
        _transport.Put<EndpointLimits>(Route.To("endpoints", name, "limits"), limits, cancel);

    /// <summary>Ends an endpoint.</summary>
    public Task Delete(string name, CancellationToken cancel = default) => _transport.Delete(Route.To("endpoints", name), cancel);

    /// <summary>Predicts from a body in any form that endpoints take, and returns the whole answer.</summary>
    /// <param name="name">Name of the endpoint.</param>
    /// <param name="body">UTF-8 JSON.</param>
    /// <param name="cancel">Stops waiting.</param>
    public Task<JsonElement> Predict(string name, ReadOnlyMemory<byte> body, CancellationToken cancel = default) =>
        _transport.PostJson<JsonElement>($"endpoints/{Uri.EscapeDataString(name)}/predict", body, cancel);

    /// <summary>What each input did to the prediction of each row.</summary>
    /// <param name="name">Name of the endpoint.</param>
    /// <param name="body">UTF-8 JSON, rows in any form that endpoints take.</param>
    /// <param name="wish">Another method than the best one; null leaves it to the server.</param>
    /// <param name="cancel">Stops waiting.</param>
    public Task<ExplanationAnswer> Explain(string name, ReadOnlyMemory<byte> body, ExplanationWish? wish = null, CancellationToken cancel = default) =>
        _transport.PostJson<ExplanationAnswer>($"endpoints/{Uri.EscapeDataString(name)}/explain{Query(wish)}", body, cancel);

    /// <summary>Rows near to one for which the model decides otherwise.</summary>
    public Task<CounterfactualAnswer> Counterfactuals(string name, CounterfactualRequest request, CancellationToken cancel = default) =>
        _transport.Post<CounterfactualAnswer>($"endpoints/{Uri.EscapeDataString(name)}/counterfactuals", request, cancel);

    private static string Query(ExplanationWish? wish)
    {
        List<string> parts = [];
        if (wish?.Method is { } method)
            parts.Add($"method={JsonNamingPolicy.CamelCase.ConvertName(method.ToString())}");
        if (wish?.Coalitions is { } coalitions)
            parts.Add($"coalitions={coalitions.ToString(CultureInfo.InvariantCulture)}");
        if (wish?.Output is { } output)
            parts.Add($"output={Uri.EscapeDataString(output)}");
        if (wish?.Element is { } element)
            parts.Add($"element={element.ToString(CultureInfo.InvariantCulture)}");
        if (wish?.Groups is { } groups)
            parts.Add($"groups={groups.ToString(CultureInfo.InvariantCulture)}");
        if (wish?.AgainstRows == true)
            parts.Add("reference=rows");
        return parts.Count == 0 ? "" : $"?{string.Join('&', parts)}";
    }
}
