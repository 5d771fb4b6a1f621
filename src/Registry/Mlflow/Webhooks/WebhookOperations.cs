using System.Text.Json;
using System.Text.RegularExpressions;
using Assay.Governance;
using Assay.Governance.Webhooks;
using Assay.Kernel;
using Assay.Kernel.Permissions;
using Assay.Kernel.Refusals;
using Assay.Tracking.Mlflow;

namespace Assay.Registry.Mlflow.Webhooks;

/// <summary>MLflow's webhooks: webhooks of the project whose bodies and headers are MLflow's.</summary>
internal static partial class WebhookOperations
{
    private const int ResultsDefault = 100;
    private const int ResultsMax = 1000;
    private const int NameLengthMax = 63;
    private const int DescriptionLengthMax = 1000;
    private const int EventsMax = 50;

    private static readonly IReadOnlyList<string> Statuses = ["ACTIVE", "DISABLED"];

    public static void Map(IEndpointRouteBuilder group)
    {
        group.MapOperation("POST", "/webhooks", Create, GovernancePermissions.WebhooksAdmin);
        group.MapOperation("GET", "/webhooks", List, GovernancePermissions.WebhooksRead);
        group.MapOperation("GET", "/webhooks/{webhook_id}", Show, GovernancePermissions.WebhooksRead);
        group.MapOperation("PATCH", "/webhooks/{webhook_id}", Change, GovernancePermissions.WebhooksAdmin);
        group.MapOperation("DELETE", "/webhooks/{webhook_id}", Delete, GovernancePermissions.WebhooksAdmin);
        group.MapOperation("POST", "/webhooks/{webhook_id}/test", Test, GovernancePermissions.WebhooksAdmin);
    }

    private static async Task Create(MlflowCall call)
    {
        var fields = call.Fields;
        var request = new CreateWebhookRequest(Name(fields.Text("name") ?? throw MlflowError.Missing("name")), Url(fields.Text("url") ?? throw MlflowError.Missing("url")), Events(fields));
        if (request.Types.Count == 0)
            throw MlflowError.Invalid("Webhook events must be a non-empty list of WebhookEvent objects: [].");
        var foreign = new ForeignWebhook(MlflowWebhookFormat.FormatName, Description(fields), fields.Text("secret"), IsActive(fields) ?? true);
        await Answer(call, await call.Get<IForeignWebhooks>().Make(request, foreign, call.Now, call.Cancel));
    }

    private static async Task List(MlflowCall call)
    {
        var size = call.Fields.Integer("max_results") ?? ResultsDefault;
        if (size is < 1 or > ResultsMax)
            throw MlflowError.Invalid($"max_results must be between 1 and {ResultsMax}, but got {size}.");
        var offset = PageToken.Read(call.Fields.Text("page_token"));
        var all = await call.Get<IForeignWebhooks>().List(MlflowWebhookFormat.FormatName, call.Cancel);   // at most 50
        var shown = all.Skip(offset).Take((int)size).ToList();
        await call.Answer(json =>
        {
            if (shown.Count > 0)
                json.WriteStartArray("webhooks");
            foreach (var hook in shown)
            {
                json.WriteStartObject();
                Write(json, hook);
                json.WriteEndObject();
            }

            if (shown.Count > 0)
                json.WriteEndArray();
            if (offset + shown.Count < all.Count)
                json.WriteString("next_page_token", PageToken.Of(offset + shown.Count));
        });
    }

    private static async Task Show(MlflowCall call) => await Answer(call, await Find(call));

    private static async Task Change(MlflowCall call)
    {
        var (fields, hook) = (call.Fields, await Find(call));
        var events = Events(fields);
        var request = new ChangeWebhookRequest(
            fields.Text("name") is { } name ? Name(name) : hook.Name,
            fields.Text("url") is { } url ? Url(url) : hook.Url,
            events.Count > 0 ? events : hook.Types,
            IsActive(fields) ?? hook.Active);
        var foreign = new ForeignWebhook(MlflowWebhookFormat.FormatName, fields.Has("description") ? Description(fields) : hook.Description, fields.Text("secret"));
        await Answer(call, await call.Get<IForeignWebhooks>().Change(hook.Id, request, foreign, call.Now, call.Cancel));
    }

    private static async Task Delete(MlflowCall call)
    {
        await call.Get<IForeignWebhooks>().Delete((await Find(call)).Id, call.Cancel);
        await call.Answer();
    }

    // What the receiver's answer holds is never said: somebody could read servers by it that they can't reach.
    private static async Task Test(MlflowCall call)
    {
        var hook = await Find(call);
        var wanted = call.Fields.Object("event") is { } item ? Event(item, "event") : null;
        var tried = await call.Get<IForeignWebhooks>().Test(hook.Id, wanted, call.Get<Caller>(), call.Cancel);
        await call.Answer(json =>
        {
            json.WriteStartObject("result");
            json.WriteBoolean("success", tried.Problem is null);
            if (tried.Status is { } status)
                json.WriteNumber("response_status", status);
            if (tried.Problem is not null)
                json.WriteString("error_message", tried.Problem);
            json.WriteEndObject();
        });
    }

    private static async Task<WebhookSummary> Find(MlflowCall call)
    {
        var id = call.Route("webhook_id");
        return (await call.Get<IForeignWebhooks>().List(MlflowWebhookFormat.FormatName, call.Cancel)).FirstOrDefault(hook => hook.Id == id)
            ?? throw MlflowError.NotFound($"Webhook with ID {id} not found.");
    }

    private static string Name(string name) => Names().IsMatch(name)
        ? name
        : throw MlflowError.Invalid(
            $"Webhook name '{name.Shortened(NameLengthMax)}' is invalid. It must start and end with a letter or digit, have at most {NameLengthMax} characters, "
            + "and contain only letters, digits, dots (.), underscores (_), and hyphens (-).");

    // In MLflow's words; whether it may be called is for whoever calls to say.
    private static string Url(string url)
    {
        if (string.IsNullOrWhiteSpace(url))
            throw MlflowError.Invalid($"Webhook URL cannot be empty or just whitespace: '{url}'");
        if (!Uri.TryCreate(url, UriKind.Absolute, out var address))
            throw MlflowError.Invalid($"Invalid webhook URL '{url}': write an address that begins with https:// or http://.");
        return address.Scheme is "http" or "https"
            ? url
            : throw MlflowError.Invalid($"Invalid webhook URL scheme: '{address.Scheme}'. Allowed schemes are: https, http.");
    }

    private static string? Description(MlflowFields fields) => fields.Text("description") is { Length: > DescriptionLengthMax }
        ? throw MlflowError.Invalid($"'description' exceeds the maximum length of {DescriptionLengthMax} characters")
        : fields.Text("description");

    private static bool? IsActive(MlflowFields fields) => fields.Choice("status", Statuses) is { } number ? number == 0 : null;

    private static List<string> Events(MlflowFields fields)
    {
        var events = fields.List("events").Select(item => Event(item, "events")).Distinct(StringComparer.Ordinal).ToList();
        return events.Count <= EventsMax ? events : throw Refusal.Invalid("events", $"A webhook tells at most {EventsMax} kinds of events.");
    }

    private static string Event(JsonElement item, string field) =>
        EventNames.Of(item.TextOf("entity", $"{field}.entity"), item.TextOf("action", $"{field}.action"), field);

    [GeneratedRegex(@"^[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?\z")]
    private static partial Regex Names();

    private static Task Answer(MlflowCall call, WebhookSummary hook) => call.Answer(json =>
    {
        json.WriteStartObject("webhook");
        Write(json, hook);
        json.WriteEndObject();
    });

    private static void Write(Utf8JsonWriter json, WebhookSummary hook)
    {
        json.WriteString("webhook_id", hook.Id);
        json.WriteString("name", hook.Name);
        if (!string.IsNullOrEmpty(hook.Description))
            json.WriteString("description", hook.Description);
        json.WriteString("url", hook.Url);
        json.WriteStartArray("events");
        foreach (var type in hook.Types)
        {
            json.WriteStartObject();
            json.WriteString("entity", type.Split('.')[0].ToUpperInvariant());
            json.WriteString("action", type.Split('.')[1].ToUpperInvariant());
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("status", hook.Active ? "ACTIVE" : "DISABLED");
        json.WriteNumber("creation_timestamp", hook.CreatedAt.ToUnixTimeMilliseconds());
        json.WriteNumber("last_updated_timestamp", hook.UpdatedAt.ToUnixTimeMilliseconds());
    }
}
