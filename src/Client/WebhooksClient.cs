using Assay.Governance.Webhooks;
using Assay.Kernel.Paging;

namespace Assay.Client;

/// <summary>Webhooks: who is told about which events.</summary>
public sealed class WebhooksClient
{
    private readonly Transport _transport;

    internal WebhooksClient(Transport transport) => _transport = transport;

    /// <summary>Webhooks of the project.</summary>
    public Task<Page<WebhookSummary>> List(string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<WebhookSummary>>(Route.To("webhooks").Page(cursor, limit), cancel);

    /// <summary>A webhook with its last attempts, or null.</summary>
    public Task<WebhookDetail?> Find(string id, CancellationToken cancel = default) =>
        _transport.Find<WebhookDetail>(Route.To("webhooks", id), cancel);

    /// <summary>Makes a webhook. Its secret is in the answer and nowhere else.</summary>
    public Task<CreatedWebhook> Create(CreateWebhookRequest request, CancellationToken cancel = default) =>
        _transport.Post<CreatedWebhook>(Route.To("webhooks"), request, cancel);

    /// <summary>Changes a webhook, pauses it or lets it go on.</summary>
    public Task<WebhookSummary> Change(string id, ChangeWebhookRequest request, CancellationToken cancel = default) =>
        _transport.Put<WebhookSummary>(Route.To("webhooks", id), request, cancel);

    /// <summary>Makes a new secret, good at once, which is in the answer and nowhere else.</summary>
    public Task<CreatedWebhook> ChangeSecret(string id, CancellationToken cancel = default) =>
        _transport.Post<CreatedWebhook>(Route.To("webhooks", id, "secret"), null, cancel);

    /// <summary>Sends a test event at once.</summary>
    public Task<WebhookAttemptSummary> Test(string id, CancellationToken cancel = default) =>
        _transport.Post<WebhookAttemptSummary>(Route.To("webhooks", id, "test"), null, cancel);

    /// <summary>Deletes a webhook with its log of attempts.</summary>
    public Task Delete(string id, CancellationToken cancel = default) => _transport.Delete(Route.To("webhooks", id), cancel);
}
