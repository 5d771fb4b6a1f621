using System.Net.Http.Headers;

namespace Assay.Client;

/// <summary>
/// The public API of one Assay server, typed. A method either returns what the server answered or throws an
/// <see cref="AssayException"/> with the server's own sentence. It has no state of its own: one instance serves any
/// number of callers, and an instance sees exactly what its token may see.
/// </summary>
/// <remarks>
/// The base address of the <see cref="HttpClient"/> ends with a slash and may carry a project
/// (<c>http://127.0.0.1:8300/projects/churn/</c>); without one the project is <c>default</c>.
/// </remarks>
public sealed class AssayClient
{
    /// <summary>A client over an HTTP client that knows its base address and, where needed, its authorization.</summary>
    public AssayClient(HttpClient http)
    {
        var transport = new Transport(http);
        Address = http.BaseAddress ?? throw new ArgumentException("The HTTP client needs a base address.", nameof(http));
        Datasets = new(transport);
        Experiments = new(transport);
        Runs = new(transport);
        Lineage = new(transport);
        Imports = new(transport);
        Models = new(transport);
        Approvals = new(transport);
        Waivers = new(transport);
        Papers = new(transport);
        Retention = new(transport);
        Traces = new(transport);
        Trainings = new(transport);
        Endpoints = new(transport);
        Rollouts = new(transport);
        Predictions = new(transport);
        Monitors = new(transport);
        DatasetMonitors = new(transport);
        Alerts = new(transport);
        Performance = new(transport);
        AlertRoutes = new(transport);
        Incidents = new(transport);
        Ledger = new(transport);
        Access = new(transport);
        Own = new(transport);
        Accounts = new(transport);
        Webhooks = new(transport);
        Keys = new(transport);
    }

    /// <summary>Where the server is, with the project in its path.</summary>
    public Uri Address { get; }

    /// <summary>Datasets and their versions.</summary>
    public DatasetsClient Datasets { get; }

    /// <summary>Monitors of datasets.</summary>
    public DatasetMonitorsClient DatasetMonitors { get; }

    /// <summary>Experiments, and the search of their runs.</summary>
    public ExperimentsClient Experiments { get; }

    /// <summary>Runs.</summary>
    public RunsClient Runs { get; }

    /// <summary>What things come from and what came of them.</summary>
    public LineageClient Lineage { get; }

    /// <summary>Traces of applications.</summary>
    public TracesClient Traces { get; }

    /// <summary>Runs that come from elsewhere.</summary>
    public ImportsClient Imports { get; }

    /// <summary>Models, versions and gate policies.</summary>
    public ModelsClient Models { get; }

    /// <summary>Signed statements about models, cards and bills of materials.</summary>
    public PapersClient Papers { get; }

    /// <summary>Gates, requests for approval and decisions.</summary>
    public ApprovalsClient Approvals { get; }

    /// <summary>How long versions are kept, legal holds, and deletion.</summary>
    public RetentionClient Retention { get; }

    /// <summary>Findings of scans that people let pass.</summary>
    public WaiversClient Waivers { get; }

    /// <summary>Trainings.</summary>
    public TrainingsClient Trainings { get; }

    /// <summary>Endpoints and predictions.</summary>
    public EndpointsClient Endpoints { get; }

    /// <summary>Roll-outs of versions at endpoints.</summary>
    public RolloutsClient Rollouts { get; }

    /// <summary>What endpoints were asked and what they answered.</summary>
    public PredictionsClient Predictions { get; }

    /// <summary>Monitors.</summary>
    public MonitorsClient Monitors { get; }

    /// <summary>Alerts that monitors raise.</summary>
    public AlertsClient Alerts { get; }

    /// <summary>Labels, and the performance that they show.</summary>
    public PerformanceClient Performance { get; }

    /// <summary>Routes by which alerts are told.</summary>
    public AlertRoutesClient AlertRoutes { get; }

    /// <summary>Incidents.</summary>
    public IncidentsClient Incidents { get; }

    /// <summary>The ledger.</summary>
    public LedgerClient Ledger { get; }

    /// <summary>Projects, tokens and sign-in links.</summary>
    public AccessClient Access { get; }

    /// <summary>The caller's own account, sessions and tokens.</summary>
    public OwnAccountClient Own { get; }

    /// <summary>People, groups, service accounts, roles and bindings.</summary>
    public AccountsClient Accounts { get; }

    /// <summary>The signing key.</summary>
    public KeysClient Keys { get; }

    /// <summary>Webhooks.</summary>
    public WebhooksClient Webhooks { get; }

    /// <summary>
    /// A client of a server. The time-out is that of one request: 10 minutes, because an upload or a wait for a
    /// profile of a large file is one.
    /// </summary>
    /// <param name="server">Address of the server, with or without a trailing slash.</param>
    /// <param name="token">Bearer token, or null to call as a guest.</param>
    /// <param name="project">Project to work in, or null for <c>default</c>.</param>
    public static AssayClient Connect(Uri server, string? token, string? project = null)
    {
        var http = new HttpClient { BaseAddress = AddressOf(server, project), Timeout = TimeSpan.FromMinutes(10) };
        if (!string.IsNullOrEmpty(token))
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new AssayClient(http);
    }

    private static Uri AddressOf(Uri server, string? project)
    {
        var root = server.AbsoluteUri.TrimEnd('/') + "/";
        return new Uri(project is null or "default" ? root : $"{root}projects/{Uri.EscapeDataString(project)}/");
    }
}
