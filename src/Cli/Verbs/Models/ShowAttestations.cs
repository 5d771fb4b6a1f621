using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Registry;
using Spectre.Console;

namespace Assay.Cli.Verbs.Models;

/// <summary><c>assay model attestations</c>.</summary>
internal static class ShowAttestations
{
    private static readonly Argument<string> Model = ModelVerbs.Version("Version whose statements are shown");

    private static readonly Option<string?> Output = new("--output", "-o") { Description = "Writes the statements there: one DSSE envelope a line", HelpName = "FILE" };

    public static Command Create()
    {
        var verb = new Verb(
            "attestations",
            "Lists and checks the signed statements about a version; exits with 1 when one does not hold",
            "assay model attestations models:/churn/Production",
            "assay model attestations models:/churn/3 --output churn-3.intoto.jsonl").Connected();
        verb.Add(Model);
        verb.Add(Output);
        verb.SetAction(Session.Running(Handle));
        return verb;
    }

    private static async Task<int> Handle(Session session, CancellationToken cancel)
    {
        var reference = ModelReference.Parse(session.Parsed.GetRequiredValue(Model));
        var papers = session.Client.Papers;
        var statements = await Pages.All((cursor, stop) => papers.Attestations(reference.Name, reference.Version, cursor, 1000, stop), cancel);
        var reports = (await papers.VerifyAttestations(reference.Name, reference.Version, cancel)).ToDictionary(report => report.Id);
        if (session.Parsed.GetValue(Output) is { } file)
        {
            await using var destination = File.Create(file);
            await papers.DownloadAttestations(reference.Name, reference.Version, destination, cancel);
        }

        var rows = statements.Select(statement => new Row(statement, reports.GetValueOrDefault(statement.Id))).ToList();
        session.Write(rows, Show);
        return rows.TrueForAll(row => row.Check?.Verified == true) ? 0 : 1;
    }

    private static void Show(List<Row> rows)
    {
        var table = Screen.Table("", "Statement", "Made", "Digest");
        foreach (var (statement, check) in rows)
            table.AddRow(check?.Verified == true ? "[green]✓[/]" : "[red]✗[/]", Markup.Escape(statement.PredicateType), Figures.Time(statement.At), statement.Digest);
        Screen.Write(table, "Nobody has stated anything about this version.");
        foreach (var row in rows.Where(row => row.Check?.Verified != true))
            Screen.Out.MarkupLine($"[red]✗[/] {Markup.Escape(row.Check?.Problem ?? $"{row.Statement.Id} was not checked.")}");
    }

    private sealed record Row(AttestationSummary Statement, AttestationReport? Check);
}
