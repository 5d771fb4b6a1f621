using System.Net;
using Assay.Cli.CommandLine;
using Assay.Client;
using Assay.Governance.Ledger;
using Assay.Inference.Models;

namespace Assay.Cli.Connections;

/// <summary>A version's papers in a folder beside its signed files, which must hold nothing else.</summary>
/// <param name="Folder">The folder.</param>
/// <param name="Attestations">How many statements there are.</param>
/// <param name="LedgerEntries">How many entries of the ledger are proved; null when the caller may not read it.</param>
internal sealed record ExportedPapers(string Folder, int Attestations, int? LedgerEntries)
{
    /// <summary>Every statement: one DSSE envelope a line.</summary>
    public const string Statements = "attestations.intoto.jsonl";

    /// <summary>The folder for papers of what is exported to this folder.</summary>
    public static string FolderOf(string exported) => exported.TrimEnd(Path.DirectorySeparatorChar) + PackageFiles.PapersSuffix;

    /// <summary>Writes the statements, each as a bundle too, the keys that check them, what the ledger has of them, the card and the bill of materials.</summary>
    /// <exception cref="CommandException">The folder holds something already.</exception>
    public static async Task<ExportedPapers> Write(AssayClient client, string name, string version, string folder, CancellationToken cancel)
    {
        if (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any())
            throw new CommandException($"{folder} is not empty; name a new folder.");
        Directory.CreateDirectory(Path.Combine(folder, "attestations"));
        Directory.CreateDirectory(Path.Combine(folder, "keys"));

        var papers = client.Papers;
        var statements = await Pages.All((cursor, stop) => papers.Attestations(name, version, cursor, 1000, stop), cancel);
        await using (var lines = File.Create(Path.Combine(folder, Statements)))
            await papers.DownloadAttestations(name, version, lines, cancel);
        if (statements.Exists(statement => !statement.Id.All(char.IsAsciiHexDigitLower) || !statement.KeyHint.All(char.IsAsciiHexDigitLower)))
            throw new CommandException("The server names a statement or key by something that is no name of a file; its papers are not exported.");
        foreach (var statement in statements)
            await Write($"attestations/{statement.Id}.sigstore.json", await papers.Attestation(name, version, statement.Id, cancel));
        foreach (var hint in statements.Select(statement => statement.KeyHint).Distinct())
            await Write($"keys/{hint}.pem", await papers.Key(name, version, hint, cancel));
        await Write("card.md", await papers.CardMarkdown(name, version, cancel));
        await Write("card-toolkit.json", await papers.CardToolkit(name, version, cancel));
        await Write("bom.cdx.json", await papers.Bom(name, version, cancel));
        return new(folder, statements.Count, await WriteLedger(client, $"model:{name}@{version}", Path.Combine(folder, "ledger"), cancel));

        Task Write(string file, string text) => File.WriteAllTextAsync(Path.Combine(folder, file), text, cancel);
    }

    private static async Task<int?> WriteLedger(AssayClient client, string subject, string folder, CancellationToken cancel)
    {
        try
        {
            var entries = await Pages.All((cursor, stop) => client.Ledger.List(new() { Subject = subject }, cursor, limit: 1000, cancel: stop), cancel);
            Directory.CreateDirectory(folder);
            await File.WriteAllTextAsync(Path.Combine(folder, "verifier-key"), (await client.Ledger.Head(cancel)).VerifierKey + "\n", cancel);
            foreach (var entry in entries)
                await File.WriteAllTextAsync(Path.Combine(folder, $"{entry.Index}{TlogProof.Extension}"), TlogProof.Write(await client.Ledger.Prove(entry.Index, cancel)), cancel);
            return entries.Count;
        }
        catch (AssayException refusal) when (refusal.Status == HttpStatusCode.Forbidden)
        {
            return null;
        }
    }
}
