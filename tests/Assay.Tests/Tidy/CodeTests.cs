using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Assay.Tests.Tidy;

/// <summary>Checks properties of the code itself. Each failure names the file and says what to do.</summary>
public partial class CodeTests
{
    private const int MaxLines = 400;
    private const int MaxRootEntries = 20;

    /// <summary>A module may reference only those above it: call down, contribute, notify up.</summary>
    private static readonly string[] Order =
    [
        "Kernel", "Statistics", "Inference", "Governance", "Data", "Tracking", "Registry", "Learning", "Pipelines", "Serving",
        "Monitoring", "Client", "Console", "Migrations.Sqlite", "Migrations.Postgres", "Server", "Serve", "Cli",
    ];

    private static readonly string[] CatchAllNames = ["Common", "Shared", "Utils", "Helpers", "Managers", "Infrastructure"];

    /// <summary>Where rows of every project are read on purpose, each with its reason.</summary>
    private static readonly Dictionary<string, string> SeesEveryProject = new()
    {
        ["src/Kernel/Idempotency/ForgetKeptAnswers.cs"] = "kept answers of all projects grow old alike",
        ["src/Governance/Webhooks/WebhookBook.cs"] = "one worker delivers for the webhooks of all projects",
        ["src/Governance/Webhooks/WebhookSecretKeys.cs"] = "the key that wraps the secrets of all projects' webhooks is one",
        ["src/Governance/Ledger/RowCheck.cs"] = "verification compares all rows of the installation",
        ["src/Registry/Oci/Uploads/SweepUploads.cs"] = "uploaded blobs that no manifest came for are forgotten in all projects alike",
        ["src/Tracking/Purging/PurgeClock.cs"] = "finds the projects that have something deleted, and then works in each of them",
        ["src/Registry/Retention/RetentionClock.cs"] = "one clock keeps the promises of all projects",
        ["src/Registry/RegistryBlobs.cs"] = "bytes are shared by all projects, so a row of any keeps them",
        ["src/Data/DatasetBlobs.cs"] = "bytes are shared by all projects, so a row of any keeps them",
        ["src/Tracking/Artifacts/StoredFile.cs"] = "bytes that rows of any project name are kept",
        ["src/Monitoring/Feedback/FeedbackFollower.cs"] = "one clock follows the trainings that alerts of all projects started",
        ["src/Monitoring/Delivery/DeliveryClock.cs"] = "one clock tells the alerts of all projects",
        ["src/Serving/PredictionLog/Sinks/SinkAddressKeys.cs"] = "the key that wraps the addresses of all projects' sinks is one",
        ["src/Monitoring/Routes/RouteSecrets.cs"] = "the key that wraps the secrets of all projects' routes is one",
        ["src/Monitoring/Alerts/AlertMeter.cs"] = "metrics count what lasts in all projects",
        ["src/Monitoring/DatasetMonitors/DatasetClock.cs"] = "one clock compares the watched datasets of all projects; each is read in its own",
        ["src/Monitoring/ModelMeter.cs"] = "metrics show the endpoints of all projects; each is read in its own",
        ["src/Monitoring/Incidents/OverdueIncidents.cs"] = "one clock finds the late actions of all projects",
        ["src/Monitoring/Rules/OperationsWatch.cs"] = "one clock judges the traffic of the endpoints of all projects",
        ["src/Monitoring/Performance/ForgottenEndpoints.cs"] = "finds what endpoints of all projects left, and then works in each of them",
        ["src/Registry/Approvals/ApprovalClock.cs"] = "one clock reminds of the requests, and ends the emergencies, of all projects",
        ["src/Registry/Waivers/WaiverClock.cs"] = "one clock notes the end of the waivers of all projects",
        ["src/Serving/Deployment/FollowPromotions.cs"] = "a start loads the endpoints of all projects",
        ["src/Serving/Limits/LiveLimits.cs"] = "a start holds the endpoints of all projects to their limits",
        ["src/Serving/Limits/QuotaUse.cs"] = "the same start reads what was used of each endpoint's quotas",
        ["src/Serving/PredictionLog/Policies/LivePolicies.cs"] = "one writer obeys the policies of all projects",
        ["src/Serving/PredictionLog/Sinks/SinkSenders.cs"] = "a start has the sinks of all projects told",
        ["src/Serving/PredictionLog/Files/PredictionBlobs.cs"] = "bytes are shared by all projects, so a row of any keeps them",
        ["src/Serving/PredictionLog/Files/LogRetentionClock.cs"] = "finds the logs of all projects, and then works in each of them",
        ["src/Pipelines/Trainings/OpenTrainings.cs"] = "one clock and one queue serve the trainings of all projects",
    };

    private static readonly string Root = FindRoot();

    [Fact]
    public void No_source_file_is_longer_than_400_lines() =>
        Assert.Empty(from file in SourceFiles()
                     let lines = File.ReadLines(file).Count()
                     where lines > MaxLines
                     select $"{Name(file)}: {lines} lines, split it by concept");

    [Fact]
    public void Modules_reference_only_modules_above_them() =>
        Assert.Empty(from module in Order
                     from reference in XDocument.Load(Path.Combine(Root, "src", module, $"{module}.csproj")).Descendants("ProjectReference")
                     let target = Path.GetFileNameWithoutExtension(reference.Attribute("Include")!.Value)
                     where Array.IndexOf(Order, target) >= Array.IndexOf(Order, module)
                     select $"{module} may not reference {target}: call down, contribute an interface, or follow the ledger instead");

    [Fact]
    public void Every_module_has_its_place_in_the_order_and_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Root, "Assay.slnx"));
        Assert.Empty(from folder in Directory.EnumerateDirectories(Path.Combine(Root, "src"))
                     let name = Path.GetFileName(folder)
                     where !Order.Contains(name) || !solution.Contains($"src/{name}/{name}.csproj", StringComparison.Ordinal)
                     select $"src/{name}: give it a place in CodeTests.Order and in Assay.slnx");
    }

    [Fact]
    public void No_folder_has_a_catch_all_name() =>
        Assert.Empty(from folder in Directory.EnumerateDirectories(Path.Combine(Root, "src"), "*", SearchOption.AllDirectories)
                     where CatchAllNames.Contains(Path.GetFileName(folder))
                     select $"{Name(folder)}: name the folder after the capability that it holds");

    [Fact]
    public void The_root_has_at_most_twenty_entries()
    {
        var entries = Directory.EnumerateFileSystemEntries(Root).Select(Path.GetFileName)
            .Where(name => name is not (".git" or "artifacts" or "TestResults")).ToList();
        Assert.True(entries.Count <= MaxRootEntries, $"{entries.Count} entries in the root: move some into folders. {string.Join(' ', entries)}");
    }

    [Fact]
    public void Rows_of_other_projects_are_read_only_where_a_reason_stands() =>
        Assert.Empty(from file in SourceFiles()
                     where Name(file).StartsWith("src/", StringComparison.Ordinal)
                     where File.ReadAllText(file).Contains("IgnoreQueryFilters", StringComparison.Ordinal) && !SeesEveryProject.ContainsKey(Name(file))
                     select $"{Name(file)}: enter the project with ProjectScope, or add the file and its reason to SeesEveryProject");

    [Fact]
    public void Nobody_may_read_rows_of_other_projects_who_does_not() =>
        Assert.Empty(from name in SeesEveryProject.Keys
                     let file = Path.Combine(Root, name)
                     where !File.Exists(file) || !File.ReadAllText(file).Contains("IgnoreQueryFilters", StringComparison.Ordinal)
                     select $"{name}: take it out of SeesEveryProject");

    [Fact]
    public void A_write_that_failed_is_looked_at_before_somebody_is_told_that_it_came_second() =>
        Assert.Empty(from file in SourceFiles()
                     where Name(file).StartsWith("src/", StringComparison.Ordinal)
                     from line in File.ReadLines(file)
                     where line.Contains("catch (DbUpdateException", StringComparison.Ordinal) && !line.Contains(") when (", StringComparison.Ordinal)
                     select $"{Name(file)}: add 'when (StorageTrouble.IsLost(problem))': a full disk is no conflict");

    [Fact]
    public void Every_module_that_stores_blobs_says_which_of_them_its_rows_name() =>
        Assert.Empty(from module in Order
                     let sources = SourceFiles().Where(file => Name(file).StartsWith($"src/{module}/", StringComparison.Ordinal)).Select(File.ReadAllText).ToList()
                     where sources.Any(source => BlobPut().IsMatch(source)) && !sources.Any(source => source.Contains(": IBlobNames", StringComparison.Ordinal))
                     select $"src/{module}: implement IBlobNames, or what it stores is swept away after a day");

    [Fact]
    public void Nothing_is_left_for_later_in_a_comment() =>
        Assert.Empty(from file in SourceFiles()
                     where !file.EndsWith("CodeTests.cs", StringComparison.Ordinal)
                     from line in File.ReadLines(file)
                     where LeftForLater().IsMatch(line)
                     select $"{Name(file)}: do it, or take it out: {line.Trim()}");

    [Fact]
    public void Only_the_command_line_writes_to_the_console() =>
        Assert.Empty(from file in SourceFiles()
                     let name = Name(file)
                     where name.StartsWith("src/", StringComparison.Ordinal) && !name.StartsWith("src/Cli/", StringComparison.Ordinal)
                     where SystemConsole().IsMatch(File.ReadAllText(file))
                     select $"{name}: log, or return what is to be shown");

    [Fact]
    public void Configuration_is_read_only_where_modules_are_added() =>
        Assert.Empty(from file in SourceFiles()
                     let name = Name(file)
                     where name.StartsWith("src/", StringComparison.Ordinal) && !name.EndsWith("Module.cs", StringComparison.Ordinal) && !name.StartsWith("src/Server/Hosting/", StringComparison.Ordinal)
                     where File.ReadAllText(file).Contains("IConfiguration ", StringComparison.Ordinal)
                     select $"{name}: bind an options class of the module in its AddX, and take that");

    // RegularExpression, the annotation, compares the length of what it finds, and is published as it stands.
    [Fact]
    public void Text_is_matched_to_its_very_end() =>
        Assert.Empty(from file in SourceFiles()
                     where Name(file).StartsWith("src/", StringComparison.Ordinal)
                     from line in File.ReadLines(file)
                     where EndsBeforeNewline().IsMatch(line)
                     select $"{Name(file)}: end the pattern with \\z, since $ stands before a newline at the end, too: {line.Trim()}");

    [GeneratedRegex(@"\[GeneratedRegex\(.*\$""|Regex\.(IsMatch|Match)\(\w+, (\w+\.)?\w*Pattern\)")]
    private static partial Regex EndsBeforeNewline();

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b|NotImplementedException")]
    private static partial Regex LeftForLater();

    [GeneratedRegex(@"\b[bB]lobs\.Put\(")]
    private static partial Regex BlobPut();

    [GeneratedRegex(@"(?<![\w.])(System\.)?Console\.(Write|Out|Error)")]
    private static partial Regex SystemConsole();

    private static IEnumerable<string> SourceFiles() =>
        from folder in new[] { "src", "tests", "bench" }
        where Directory.Exists(Path.Combine(Root, folder))
        from file in Directory.EnumerateFiles(Path.Combine(Root, folder), "*.*", SearchOption.AllDirectories)
        where file.EndsWith(".cs", StringComparison.Ordinal) || file.EndsWith(".razor", StringComparison.Ordinal)
        where !file.Contains("/Migrations/", StringComparison.Ordinal) && !file.Contains("/obj/", StringComparison.Ordinal)
        select file;

    private static string Name(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    private static string FindRoot([CallerFilePath] string here = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "../../.."));
}
