using System.Text.Json;
using Assay.Governance.Audit;
using Assay.Governance.Ledger;
using Assay.Kernel.Projects;

namespace Assay.Governance.Webhooks;

/// <summary>What is posted.</summary>
/// <param name="Id">The same each time the same event is sent.</param>
/// <param name="Place">Place of the entry in the ledger; -1 for a test.</param>
/// <param name="Type">Type of the event.</param>
/// <param name="Body">What is signed.</param>
/// <param name="ContentType">Media type of the body.</param>
/// <param name="Headers">Names of the headers.</param>
internal sealed record WebhookMessage(string Id, long Place, string Type, byte[] Body, string ContentType, WebhookHeaders Headers);

/// <summary>Makes of an entry of the ledger what a webhook posts: a CloudEvent, or what another module makes of it.</summary>
internal sealed class WebhookMessages(IEnumerable<IWebhookFormat> formats, IServiceScopeFactory scopes, LedgerKeys ledger)
{
    private static readonly WebhookHeaders Standard = new("webhook-id", "webhook-timestamp", "webhook-signature");

    /// <summary>Null when the webhook does not want it.</summary>
    public async Task<WebhookMessage?> Of(Webhook hook, LedgerEntry entry, CancellationToken cancel)
    {
        if (!hook.Everywhere && !InstallationEvents.IsOf(hook.Project, entry))
            return null;
        var types = hook.Types.Split('\n');
        if (hook.Format is null)
            return types.Any(pattern => LedgerQuery.Fits(pattern, entry.Type)) ? CloudEventOf(entry) : null;
        var format = Named(hook.Format);
        if (!format.EntryTypes.Contains(entry.Type) || entry.Project is null)
            return null;
        await using var scope = scopes.Enter(entry.Project, WebhookBook.Actor);
        return await format.Read(entry, scope.ServiceProvider, cancel) is { } told && types.Contains(told.Type) ? Message(entry.Id, entry.Index, told, format) : null;
    }

    public WebhookMessage CloudEventOf(LedgerEntry entry)
    {
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body))
            CloudEvent.Write(json, entry, ledger.Origin);
        return new(entry.Id, entry.Index, entry.Type, body.ToArray(), CloudEvent.ContentType, Standard);
    }

    /// <summary>An example of what a webhook with a format of its own posts: of its first type where none is said.</summary>
    public WebhookMessage Sample(Webhook hook, string? type, string id, DateTimeOffset at)
    {
        var format = Named(hook.Format!);
        return Message(id, WebhookTest.NoPlace, format.Sample(type ?? hook.Types.Split('\n')[0], hook.Project, at), format);
    }

    /// <summary>The types as a row keeps them.</summary>
    /// <exception cref="Kernel.Refusals.Refusal">One of them is no type of the format.</exception>
    public string Types(IReadOnlyList<string> types, string? format)
    {
        if (format is null)
            return WebhookRoutes.Types(types);
        foreach (var type in types)
            Named(format).Check(type);
        return string.Join('\n', types.Distinct(StringComparer.Ordinal));
    }

    private IWebhookFormat Named(string name) => formats.Single(format => format.Name == name);

    private static WebhookMessage Message(string id, long place, WebhookTold told, IWebhookFormat format) =>
        new(Guid.TryParse(id, out var known) ? known.ToString() : id, place, told.Type, told.Body, "application/json", format.Headers);
}
