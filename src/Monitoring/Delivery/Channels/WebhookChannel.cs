using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Assay.Governance;
using Assay.Kernel;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.Routes;

namespace Assay.Monitoring.Delivery.Channels;

/// <summary>What a webhook of alerts posts.</summary>
internal sealed record WebhookBody(string Status, string Project, string Endpoint, string? OnCall, DateTimeOffset At, IReadOnlyList<AlertSummary> Alerts);

/// <summary>A JSON document of Assay's own, signed in the form of Standard Webhooks 1.0 where the route has a secret.</summary>
internal sealed class WebhookChannel(JsonPost post) : IAlertChannel
{
    public RouteKind Kind => RouteKind.Webhook;

    public Task<string?> Send(AlertRoute route, RouteSecret secret, AlertMessage message, CancellationToken cancel)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(
            new WebhookBody(message.Status, message.Project, message.Endpoint, message.OnCall, message.At, message.Alerts), AssayJson.Options);
        return post.Send(secret.Url!, body, headers => Sign(headers, secret.Secret, message, body), cancel);
    }

    private static void Sign(System.Net.Http.Headers.HttpRequestHeaders headers, string? secret, AlertMessage message, byte[] body)
    {
        // The same each time the same is told, so that a receiver knows what it has.
        var id = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', message.Alerts.Select(alert => $"{alert.Id} {alert.State} {alert.Severity}"))))[..16]);
        var seconds = message.At.ToUnixTimeSeconds();
        headers.Add("webhook-id", id);
        headers.Add("webhook-timestamp", seconds.ToString(CultureInfo.InvariantCulture));
        if (!string.IsNullOrEmpty(secret))
            headers.Add("webhook-signature", StandardWebhooks.Signature(id, seconds, body, Encoding.UTF8.GetBytes(secret)));
    }
}
