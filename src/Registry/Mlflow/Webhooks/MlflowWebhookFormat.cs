using System.Text.Encodings.Web;
using System.Text.Json;
using Assay.Governance;

namespace Assay.Registry.Mlflow.Webhooks;

/// <summary>Webhooks as MLflow's servers send them: its events, headers and payloads, made of the ledger's entries about models.</summary>
internal sealed class MlflowWebhookFormat : IWebhookFormat
{
    public const string FormatName = "mlflow";

    private static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public string Name => FormatName;

    public WebhookHeaders Headers { get; } = new("X-MLflow-Delivery-Id", "X-MLflow-Timestamp", "X-MLflow-Signature");

    public IReadOnlySet<string> EntryTypes { get; } =
        new HashSet<string>(StringComparer.Ordinal) { EventReader.Created, EventReader.Registered, EventReader.Tagged, EventReader.AliasMoved };

    public void Check(string type)
    {
        if (!EventNames.All.Contains(type))
            throw Kernel.Refusals.Refusal.Invalid("types", $"'{type}' is no event of MLflow's webhooks: they are {string.Join(", ", EventNames.All.Order(StringComparer.Ordinal))}.");
    }

    public async Task<WebhookTold?> Read(LedgerEntry entry, IServiceProvider services, CancellationToken cancel) =>
        await services.GetRequiredService<EventReader>().Read(entry, cancel) is { } told
            ? new(told.Name, Body(told, entry.Project!, entry.At))
            : null;

    public WebhookTold Sample(string type, string project, DateTimeOffset at) => new(type, Body(EventSamples.Of(type), project, at));

    private static byte[] Body(ToldEvent told, string project, DateTimeOffset at)
    {
        var name = told.Name.Split('.');
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, Writing))
        {
            json.WriteStartObject();
            json.WriteString("entity", name[0]);
            json.WriteString("action", name[1]);
            json.WriteString("timestamp", at);
            json.WriteStartObject("data");
            told.Write(json);
            json.WriteEndObject();
            json.WriteString("workspace", project);
            json.WriteEndObject();
        }

        return body.ToArray();
    }
}

/// <summary>An event and what it says.</summary>
/// <param name="Name">One of <see cref="EventNames"/>.</param>
/// <param name="Write">Writes its fields.</param>
internal sealed record ToldEvent(string Name, Action<Utf8JsonWriter> Write);
