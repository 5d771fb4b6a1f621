using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Doctor;
using Assay.Cli.Output;
using Spectre.Console;

namespace Assay.Cli.Verbs;

/// <summary><c>assay doctor</c>: looks at the machine and the home, and says what to do.</summary>
internal static class DoctorVerb
{
    public static Command Create()
    {
        var verb = new Verb(
            "doctor",
            "Checks ports, disk, versions and permissions. Exits with 1 when something would keep Assay from working",
            "assay doctor",
            "assay doctor --home /srv/assay --json");
        verb.Add(VerbOptions.Home);
        verb.Add(VerbOptions.Json);
        verb.SetAction(Handle);
        return verb;
    }

    private static int Handle(ParseResult parsed)
    {
        var home = VerbOptions.HomeOf(parsed);
        List<Finding> findings = [.. MachineChecks.Run(TimeProvider.System), .. HomeChecks.Run(home), .. PortChecks.Run(home)];
        var healthy = findings.TrueForAll(finding => finding.Verdict != CheckOutcome.Problem);
        if (parsed.GetValue(VerbOptions.Json))
            Screen.WriteJson(new { healthy, home, findings });
        else
            Show(findings, healthy);
        return healthy ? 0 : 1;
    }

    private static void Show(List<Finding> findings, bool healthy)
    {
        var table = Screen.Table("", "Check", "Found", "What to do");
        foreach (var finding in findings)
            table.AddRow(Mark(finding.Verdict), Markup.Escape(finding.Check), Markup.Escape(finding.Observed), Markup.Escape(finding.Remedy ?? ""));
        Screen.Out.Write(table);
        Screen.Out.MarkupLine(healthy ? "[green]Assay can run here.[/]" : "[red]Something keeps Assay from working here; see above.[/]");
    }

    private static string Mark(CheckOutcome verdict) => verdict switch
    {
        CheckOutcome.Fine => "[green]✓[/]",
        CheckOutcome.Notice => "[yellow]![/]",
        _ => "[red]✗[/]",
    };
}
