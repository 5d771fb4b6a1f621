using System.Text.Json;
using Assay.Kernel;
using Assay.Monitoring.Routes;

namespace Assay.Monitoring.Delivery.Channels;

/// <summary>What Slack's incoming webhooks take; Mattermost, Rocket.Chat and others take it as well.</summary>
internal sealed class SlackChannel(JsonPost post) : IAlertChannel
{
    private const int TextLengthMax = 3000;

    public RouteKind Kind => RouteKind.Slack;

    public Task<string?> Send(AlertRoute route, RouteSecret secret, AlertMessage message, CancellationToken cancel)
    {
        var onCall = message.OnCall is null ? "" : $"\nOn call: {Escape(message.OnCall)}";
        var text = $"*{Escape(message.Title)}*{onCall}\n{string.Join('\n', message.Lines.Select(line => "• " + Escape(line)))}";
        return post.Send(secret.Url!, JsonSerializer.SerializeToUtf8Bytes(new { text = text.Shortened(TextLengthMax) }, AssayJson.Options), headers: null, cancel);
    }

    // The three characters that Slack gives a meaning: a name can make no link and call nobody.
    private static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
