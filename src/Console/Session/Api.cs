using System.Net.Http.Headers;
using System.Security.Claims;
using Assay.Client;
using Assay.Governance;
using Assay.Governance.Access;
using Assay.Governance.SignIn;
using Assay.Kernel.Permissions;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;

namespace Assay.Console.Session;

/// <summary>
/// The public API as the signed-in reader may use it, in the project that the page's address names. One per visit; each
/// request carries a ticket of its own, so that a revoked token ends at once what its holder may see.
/// </summary>
internal sealed class Api(
    Loopback loopback, NavigationManager navigation, AuthenticationStateProvider access, SessionTickets tickets, IDirectory directory) : IDisposable
{
    private HttpClient? _http;
    private AssayClient? _client;

    /// <summary>Project of the page that is shown.</summary>
    public string Project => ProjectOf(navigation.BaseUri);

    public DatasetsClient Datasets => Client.Datasets;

    public ExperimentsClient Experiments => Client.Experiments;

    public RunsClient Runs => Client.Runs;

    public LineageClient Lineage => Client.Lineage;

    public TracesClient Traces => Client.Traces;

    public TrainingsClient Trainings => Client.Trainings;

    public ModelsClient Models => Client.Models;

    public PapersClient Papers => Client.Papers;

    public RetentionClient Retention => Client.Retention;

    public ApprovalsClient Approvals => Client.Approvals;

    public WaiversClient Waivers => Client.Waivers;

    public EndpointsClient Endpoints => Client.Endpoints;

    public RolloutsClient Rollouts => Client.Rollouts;

    public PredictionsClient Predictions => Client.Predictions;

    public MonitorsClient Monitors => Client.Monitors;

    public DatasetMonitorsClient DatasetMonitors => Client.DatasetMonitors;

    public AlertsClient Alerts => Client.Alerts;

    public PerformanceClient Performance => Client.Performance;

    public AlertRoutesClient AlertRoutes => Client.AlertRoutes;

    public IncidentsClient Incidents => Client.Incidents;

    public LedgerClient Ledger => Client.Ledger;

    public AccessClient Access => Client.Access;

    public OwnAccountClient Own => Client.Own;

    public AccountsClient Accounts => Client.Accounts;

    public WebhooksClient Webhooks => Client.Webhooks;

    public KeysClient Keys => Client.Keys;

    private AssayClient Client => _client ??= new AssayClient(Http());

    public async Task<ClaimsPrincipal> Reader() => (await access.GetAuthenticationStateAsync()).User;

    /// <summary>Whether the reader may do this here; what the API would refuse is not offered.</summary>
    public async Task<bool> May(Permission permission, string? resource = null) => directory.May(await Reader(), permission, Project, resource);

    /// <summary>What people call an account; null where the reader may not read accounts, or nothing has that id.</summary>
    public async Task<string?> NameOf(string actor) =>
        await May(GovernancePermissions.AccessRead) ? (await directory.Find(actor, CancellationToken.None))?.DisplayName : null;

    private HttpClient Http() => _http ??= new HttpClient(new WithTicket(loopback.Handler, Ticket), disposeHandler: false)
    {
        BaseAddress = Project == "default" ? loopback.Address : new Uri(loopback.Address, $"projects/{Uri.EscapeDataString(Project)}/"),
        Timeout = TimeSpan.FromMinutes(2),
    };

    private async Task<string> Ticket() => tickets.Issue(await Reader());

    private static string ProjectOf(string baseUri)
    {
        var parts = new Uri(baseUri).AbsolutePath.Trim('/').Split('/');
        return parts is ["projects", var name] ? Uri.UnescapeDataString(name) : "default";
    }

    public void Dispose() => _http?.Dispose();

    private sealed class WithTicket(HttpMessageHandler inner, Func<Task<string>> ticket) : DelegatingHandler(inner)
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await ticket());
            return await base.SendAsync(request, cancellationToken);
        }
    }
}
