using System.Text.Json;
using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Routes;

namespace Assay.Monitoring.Delivery.Channels;

/// <summary>An alert as Alertmanager's API takes it: the labels say which one it is.</summary>
internal sealed record ManagedAlert(
    IReadOnlyDictionary<string, string> Labels, IReadOnlyDictionary<string, string> Annotations, DateTimeOffset StartsAt, DateTimeOffset EndsAt);

/// <summary>Posts to <c>/api/v2/alerts</c> of an Alertmanager, which routes, groups and silences by its own rules.</summary>
internal sealed class AlertmanagerChannel(JsonPost post) : IAlertChannel
{
    private const string Path = "/api/v2/alerts";
    private static readonly TimeSpan WithoutRepeats = TimeSpan.FromDays(30);

    public RouteKind Kind => RouteKind.Alertmanager;

    public Task<string?> Send(AlertRoute route, RouteSecret secret, AlertMessage message, CancellationToken cancel)
    {
        var alerts = message.Alerts.Select(alert => Managed(alert, message, route)).ToList();
        var url = secret.Url!.TrimEnd('/');
        return post.Send(
            url.EndsWith(Path, StringComparison.Ordinal) ? url : url + Path,
            JsonSerializer.SerializeToUtf8Bytes(alerts, AssayJson.Options),
            headers => headers.Authorization = string.IsNullOrEmpty(secret.Secret) ? null : new("Bearer", secret.Secret),
            cancel);
    }

    private static ManagedAlert Managed(AlertSummary alert, AlertMessage message, AlertRoute route)
    {
        // The severity is no label: an alert that becomes more severe must be the same one when it is resolved.
        var labels = new Dictionary<string, string>
        {
            ["alertname"] = $"Assay{char.ToUpperInvariant(alert.Source[0])}{alert.Source[1..]}",
            ["project"] = message.Project,
            ["endpoint"] = message.Endpoint,
            ["source"] = alert.Source,
            ["assay_alert"] = alert.Id,
        };
        if (alert.Model.Length > 0)
            labels["model"] = alert.Model;
        var annotations = new Dictionary<string, string>
        {
            ["summary"] = alert.Summary,
            ["severity"] = alert.Severity.ToString().ToLowerInvariant(),
        };
        if (message.OnCall is not null)
            annotations["on_call"] = message.OnCall;

        // Told again before that, so that an alert ends by itself when nobody tells it any more.
        var end = route.RepeatMinutes == 0 ? message.At + WithoutRepeats : message.At + (3 * TimeSpan.FromMinutes(route.RepeatMinutes));
        return new(labels, annotations, alert.RaisedAt, alert.ClosedAt ?? end);
    }
}
