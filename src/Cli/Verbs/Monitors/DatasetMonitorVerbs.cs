using System.CommandLine;
using Assay.Cli.CommandLine;
using Assay.Cli.Connections;
using Assay.Cli.Output;
using Assay.Monitoring.Alerts;
using Assay.Monitoring.DatasetMonitors;
using Assay.Monitoring.Reports;
using Spectre.Console;

namespace Assay.Cli.Verbs.Monitors;

/// <summary><c>assay monitor dataset</c>: monitors of datasets, each new version compared by itself.</summary>
internal static class DatasetMonitorVerbs
{
    private static readonly DatasetMonitorSettings Standard = new();

    private static readonly Argument<string> Dataset = new("dataset") { Description = "Name of the dataset", HelpName = "DATASET" };

    private static readonly Argument<int> Version = new("version") { Description = "Version of the dataset", HelpName = "N" };

    private static readonly Option<DatasetReference> Reference = new("--reference") { Description = "What new versions are compared with: previous (the version before), fixed (one version) or sliding (the newest calm ones)", HelpName = "KIND" };

    private static readonly Option<int?> ReferenceVersion = new("--reference-version") { Description = "The version, for --reference fixed", HelpName = "N" };

    private static readonly Option<int?> ReferenceVersions = new("--reference-versions") { Description = "How many calm versions, for --reference sliding. Default: 5", HelpName = "N" };

    private static readonly Option<double> Psi = new("--psi") { Description = "Least population stability index of a column that is drift", HelpName = "INDEX", DefaultValueFactory = _ => Standard.PsiThreshold };

    private static readonly Option<double> Significance = new("--significance") { Description = "Chance of a false alarm of a version alike, over all columns", HelpName = "P", DefaultValueFactory = _ => Standard.Significance };

    private static readonly Option<int> MinimumRows = new("--minimum-rows") { Description = "Values that a column needs on either side", HelpName = "N", DefaultValueFactory = _ => Standard.MinimumRows };

    private static readonly Option<string[]> Ignore = new("--ignore") { Description = "Don't judge this column, such as a date; give it once for each", HelpName = "COLUMN" };

    private static readonly Option<AlertSeverity> Severity = new("--severity") { Description = "Of its alerts: info, warning or critical", HelpName = "NAME", DefaultValueFactory = _ => Standard.Severity };

    private static readonly Option<FileInfo?> Html = new("--html") { Description = "Write the report as a page that stands alone", HelpName = "FILE" };

    private static readonly Option<bool> Now = new("--now") { Description = "Compare it now, in the place of what was said before" };

    public static Command Create() => new("dataset", "Monitors of datasets: each new version is compared with a reference by itself") { Watch(), List(), Show(), Report(), Unwatch() };

    private static Verb Watch()
    {
        var verb = new Verb(
            "watch",
            "Watches a dataset, or changes how; what is left out goes back to its default",
            "assay monitor dataset watch telco",
            "assay monitor dataset watch telco --reference fixed --reference-version 3 --ignore signed_at",
            "assay monitor dataset watch telco --reference sliding --reference-versions 4 --severity critical")
        {
            Fields = new Dictionary<string, Option> { ["version"] = ReferenceVersion, ["versions"] = ReferenceVersions },
        }.Connected();
        verb.Add(Dataset);
        foreach (var option in (Option[])[Reference, ReferenceVersion, ReferenceVersions, Psi, Significance, MinimumRows, Ignore, Severity])
            verb.Add(option);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var parsed = session.Parsed;
            var settings = new DatasetMonitorSettings(
                parsed.GetValue(Reference), parsed.GetValue(ReferenceVersion), parsed.GetValue(ReferenceVersions), parsed.GetValue(Psi), parsed.GetValue(Significance),
                parsed.GetValue(MinimumRows), parsed.GetValue(Ignore) is { Length: > 0 } ignored ? ignored : null, parsed.GetValue(Severity));
            session.Write(await session.Client.DatasetMonitors.Set(parsed.GetRequiredValue(Dataset), settings, cancel), static monitor =>
                Screen.Out.MarkupLine($"[green]✓[/] {Markup.Escape(Words(monitor.Dataset, monitor.Settings))}"));
            return 0;
        }));
        return verb;
    }

    private static Verb List()
    {
        var verb = new Verb("list", "Lists the datasets that are watched", "assay monitor dataset list").Connected();
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var all = await Pages.All((cursor, stop) => session.Client.DatasetMonitors.List(cursor, 100, stop), cancel);
            session.Write((IReadOnlyList<DatasetMonitorSummary>)[.. all], static monitors =>
            {
                var table = Screen.Table("", "Dataset", "Version", "Against", "Largest index", "Alerts");
                foreach (var monitor in monitors)
                {
                    table.AddRow(
                        monitor.Last is { } last ? SegmentsVerb.Mark(last.Verdict) : "", Markup.Escape(monitor.Dataset), monitor.Last?.Version.ToString() ?? "-", monitor.Settings.Says,
                        Figures.Figure(monitor.Last?.MaxPsi), string.Join(", ", monitor.Alerts.Select(alert => alert.Source)));
                }

                Screen.Write(table, "No dataset is watched: 'assay monitor dataset watch NAME' does.");
            });
            return 0;
        }));
        return verb;
    }

    private static Verb Show()
    {
        var verb = new Verb("show", "Shows what a dataset's monitor found, version by version", "assay monitor dataset show telco", "assay monitor dataset show telco --json").Connected();
        verb.Add(Dataset);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var name = session.Parsed.GetRequiredValue(Dataset);
            session.Write(await session.Client.DatasetMonitors.Find(name, cancel) ?? throw new CommandException($"The dataset '{name}' is not watched."), static monitor =>
            {
                Screen.Out.MarkupLine(Markup.Escape(Words(monitor.Dataset, monitor.Settings)));
                var table = Screen.Table("", "Version", "At", "Against", "Largest index", "Drifted", "Findings");
                foreach (var version in monitor.Versions)
                {
                    table.AddRow(
                        SegmentsVerb.Mark(version.Verdict), version.Version.ToString(), Figures.Time(version.At), string.Join(", ", version.References), Figures.Figure(version.MaxPsi),
                        Markup.Escape(string.Join(", ", version.DriftedColumns)), version.Findings.Count.ToString());
                }

                Screen.Write(table, "No version has been compared yet.");
                foreach (var note in monitor.Versions.Take(1).SelectMany(version => version.Notes))
                    Screen.Out.MarkupLine(Markup.Escape(note));
                foreach (var alert in monitor.Alerts.Where(alert => alert.State != AlertState.Closed))
                    Screen.Out.MarkupLine(Markup.Escape($"Alert {Figures.Time(alert.RaisedAt)}, {alert.Source}: {alert.Summary}"));
            });
            return 0;
        }));
        return verb;
    }

    private static Verb Report()
    {
        var verb = new Verb(
            "report",
            "Shows a version beside its reference, every number of it",
            "assay monitor dataset report telco 4 --html telco-4.html",
            "assay monitor dataset report telco 4 --now --json").Connected();
        verb.Add(Dataset);
        verb.Add(Version);
        verb.Add(Html);
        verb.Add(Now);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var (parsed, client) = (session.Parsed, session.Client.DatasetMonitors);
            var (name, version) = (parsed.GetRequiredValue(Dataset), parsed.GetRequiredValue(Version));
            if (parsed.GetValue(Now))
                await client.Compare(name, version, cancel);
            var report = await client.Report(name, version, cancel) ?? throw new CommandException($"Version {version} of '{name}' has not been compared.");
            if (parsed.GetValue(Html) is { } file && report.Comparison is { } whole)
                await File.WriteAllTextAsync(file.FullName, HtmlReport.Write(whole, report.Verdict.At), cancel);
            session.Write(report, static shown =>
            {
                if (shown.Comparison is { } comparison)
                    ComparisonText.Show(comparison);
                foreach (var note in shown.Verdict.Notes)
                    Screen.Out.MarkupLine(Markup.Escape(note));
            });
            return 0;
        }));
        return verb;
    }

    private static Verb Unwatch()
    {
        var verb = new Verb("unwatch", "Ends a dataset's monitor; what it found is deleted, what the ledger says of it stays", "assay monitor dataset unwatch telco").Connected();
        verb.Add(Dataset);
        verb.SetAction(Session.Running(async (session, cancel) =>
        {
            var name = session.Parsed.GetRequiredValue(Dataset);
            await session.Client.DatasetMonitors.Remove(name, cancel);
            session.Write(new { dataset = name, watched = false }, _ => Screen.Out.MarkupLine($"[green]✓[/] {Markup.Escape(name)} is not watched any more."));
            return 0;
        }));
        return verb;
    }

    private static string Words(string dataset, DatasetMonitorSettings settings) =>
        $"{dataset}: each new version is compared with {settings.Says}, drift from an index of {Figures.Figure(settings.PsiThreshold)}, from {Figures.Number(settings.MinimumRows)} values on"
        + (settings.Ignored is { Count: > 0 } ignored ? $", but for {string.Join(", ", ignored)}" : "");
}
