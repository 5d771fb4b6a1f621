using System.Globalization;
using Assay.Kernel.Paging;
using Assay.Registry;

namespace Assay.Client;

/// <summary>The papers of a model's version: signed statements about it, its card and its bill of materials.</summary>
public sealed class PapersClient
{
    private readonly Transport _transport;

    internal PapersClient(Transport transport) => _transport = transport;

    /// <summary>The signed statements about a version, oldest first.</summary>
    public Task<Page<AttestationSummary>> Attestations(
        string name, string version, string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<AttestationSummary>>(Of(name, version, "attestations").Page(cursor, limit), cancel);

    /// <summary>One statement as a sigstore bundle, by its id or digest.</summary>
    public Task<string> Attestation(string name, string version, string idOrDigest, CancellationToken cancel = default) =>
        _transport.Text(HttpMethod.Get, Of(name, version, "attestations", idOrDigest), null, cancel);

    /// <summary>Copies all statements: one DSSE envelope a line, oldest first.</summary>
    public Task DownloadAttestations(string name, string version, Stream destination, CancellationToken cancel = default) =>
        _transport.Download(Of(name, version, "attestations.intoto.jsonl"), destination, cancel);

    /// <summary>Checks who signed each statement and what it is about.</summary>
    public Task<IReadOnlyList<AttestationReport>> VerifyAttestations(string name, string version, CancellationToken cancel = default) =>
        _transport.Post<IReadOnlyList<AttestationReport>>(Of(name, version, "attestations", "verify"), null, cancel);

    /// <summary>The public key, as PEM, with which a statement can be checked whose key hint is this.</summary>
    public Task<string> Key(string name, string version, string hint, CancellationToken cancel = default) =>
        _transport.Text(HttpMethod.Get, Of(name, version, "attestations", "keys", hint), null, cancel);

    /// <summary>The card, the newest or that of a number; null when there is no such version or card.</summary>
    public Task<ModelCard?> Card(string name, string version, int? number = null, CancellationToken cancel = default) =>
        _transport.Find<ModelCard>(Of(name, version, "card").With("number", number?.ToString(CultureInfo.InvariantCulture)), cancel);

    /// <summary>Versions of the card, newest first.</summary>
    public Task<Page<CardVersion>> Cards(string name, string version, string? cursor = null, int? limit = null, CancellationToken cancel = default) =>
        _transport.Get<Page<CardVersion>>(Of(name, version, "cards").Page(cursor, limit), cancel);

    /// <summary>Writes the next version of the card and has it signed.</summary>
    /// <param name="name">The model.</param>
    /// <param name="version">Its version.</param>
    /// <param name="words">All that people say.</param>
    /// <param name="after">Number of the card that was edited.</param>
    /// <param name="cancel">Stops waiting.</param>
    public Task<ModelCard> WriteCard(string name, string version, CardWords words, int after, CancellationToken cancel = default) =>
        _transport.Put<ModelCard>(Of(name, version, "card"), new { words, after }, cancel);

    /// <summary>The card as Markdown with Hugging Face's front matter.</summary>
    public Task<string> CardMarkdown(string name, string version, CancellationToken cancel = default) =>
        _transport.Text(HttpMethod.Get, Of(name, version, "card.md"), null, cancel);

    /// <summary>The card in the Model Card Toolkit's form, as JSON.</summary>
    public Task<string> CardToolkit(string name, string version, CancellationToken cancel = default) =>
        _transport.Text(HttpMethod.Get, Of(name, version, "card-toolkit.json"), null, cancel);

    /// <summary>The bill of materials, CycloneDX 1.6, as JSON.</summary>
    public Task<string> Bom(string name, string version, CancellationToken cancel = default) =>
        _transport.Text(HttpMethod.Get, Of(name, version, "bom"), null, cancel);

    private static Route Of(string name, string version, params ReadOnlySpan<string> rest) =>
        Route.To(["models", name, "versions", version, .. rest]);
}
