using Assay.Kernel.Paging;
using Assay.Registry;
using Assay.Registry.Oci;

namespace Assay.Client;

/// <summary>Models, their signed versions, and the policies that decide what may go into production.</summary>
public sealed class ModelsClient
{
    private readonly Transport _transport;

    internal ModelsClient(Transport transport) => _transport = transport;

    /// <summary>Models of the project, by name.</summary>
    public Task<Page<ModelSummary>> List(string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<ModelSummary>>(Route.To("models").Page(cursor, limit), cancel);

    /// <summary>Versions of a model.</summary>
    public Task<Page<ModelVersionSummary>> Versions(string name, string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<ModelVersionSummary>>(Route.To("models", name).Page(cursor, limit), cancel);

    /// <summary>Versions that a tracked run made, newest first.</summary>
    public Task<IReadOnlyList<ModelVersionSummary>> OfRun(string run, CancellationToken cancel = default) =>
        _transport.Get<IReadOnlyList<ModelVersionSummary>>(Route.To("runs", run, "versions"), cancel);

    /// <summary>A version by its number, alias or stage; null when there is none.</summary>
    public Task<ModelVersionDetail?> Find(string name, string version, CancellationToken cancel = default) =>
        _transport.Find<ModelVersionDetail>(Route.To("models", name, "versions", version), cancel);

    /// <summary>The version's address and manifest in the OCI registry; null when there is no such version, or OCI can't have its model's name.</summary>
    public Task<OciArtifact?> Artifact(string name, string version, CancellationToken cancel = default) =>
        _transport.Find<OciArtifact>(Route.To("models", name, "versions", version, "oci"), cancel);

    /// <summary>Registers a graph of models as the next version of a model.</summary>
    /// <param name="name">Name of the model that the graph becomes.</param>
    /// <param name="graph">YAML; aliases and stages in it are settled to the versions that they name now.</param>
    /// <param name="cancel">Stops waiting.</param>
    public Task<ModelVersionDetail> RegisterGraph(string name, string graph, CancellationToken cancel = default) =>
        _transport.Post<ModelVersionDetail>(Route.To("models", name, "graphs"), new { graph }, cancel);

    /// <summary>Registers an ONNX file as the next version of a model, once it loads.</summary>
    /// <param name="name">Name of the model.</param>
    /// <param name="content">The graph, with its weights in it.</param>
    /// <param name="cancel">Stops waiting.</param>
    public Task<ModelVersionDetail> RegisterOnnx(string name, Stream content, CancellationToken cancel = default) =>
        _transport.Upload<ModelVersionDetail>(Route.To("models", name, "onnx"), content, cancel);

    /// <summary>Checks the signature and every file's digest.</summary>
    public Task<SignatureReport> Verify(string name, string version, CancellationToken cancel = default) =>
        _transport.Post<SignatureReport>(Route.To("models", name, "versions", version, "verify"), null, cancel);

    /// <summary>
    /// Moves a version to a stage when it passes the stage's gate. A gate that does not pass is no exception: the verdict
    /// says which rule failed.
    /// </summary>
    public async Task<GateVerdict> Promote(string name, string version, string stage = "Production", CancellationToken cancel = default)
    {
        try
        {
            return await _transport.Post<GateVerdict>(Route.To("models", name, "versions", version, "promote"), new { stage }, cancel);
        }
        catch (AssayException refusal) when (refusal.Extension<GateVerdict>("verdict") is { } verdict)
        {
            return verdict;
        }
    }

    /// <summary>Copies one file of a package; a part of the path may be a folder.</summary>
    public Task Download(string name, string version, string path, Stream destination, CancellationToken cancel = default) =>
        _transport.Download(Route.To(["models", name, "versions", version, "files", .. path.Split('/')]), destination, cancel);

    /// <summary>The newest scan of a version; null when it was never scanned.</summary>
    public Task<ModelScanDetail?> Scan(string name, string version, CancellationToken cancel = default) =>
        _transport.Find<ModelScanDetail>(Route.To("models", name, "versions", version, "scan"), cancel);

    /// <summary>Scans the stored files of a version once more, and keeps what was found.</summary>
    public Task<ModelScanDetail> ScanAgain(string name, string version, CancellationToken cancel = default) =>
        _transport.Post<ModelScanDetail>(Route.To("models", name, "versions", version, "scan"), null, cancel);

    /// <summary>Has a file scanned, which the server does not keep.</summary>
    public Task<ScanReport> ScanFile(Stream content, string name, CancellationToken cancel = default) =>
        _transport.Upload<ScanReport>(Route.To("scans").With("name", name), content, cancel);

    /// <summary>The gate policy of a stage, as YAML.</summary>
    public Task<string> Policy(string stage, CancellationToken cancel = default) =>
        _transport.Text(HttpMethod.Get, Route.To("policies", stage), null, cancel);

    /// <summary>Replaces the gate policy of a stage.</summary>
    public Task SetPolicy(string stage, string yaml, CancellationToken cancel = default) =>
        _transport.Text(HttpMethod.Put, Route.To("policies", stage), yaml, cancel);
}
