using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Assay.Client;
using Assay.FeedbackBench;
using Assay.Kernel.Homes;
using Assay.Pipelines.Steps;
using Assay.Server.Hosting;

// ELEC2 (45,312 half hours of the price of electricity in New South Wales; M. Harries, 1999) replayed in the order of time
// with the feedback loop on, unattended: does it pay? Against a model that stays as it is, one that is trained again after
// every block, and the guess that the next half hour is like the last.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
if (args is ["step", "train", "--input", var input, "--output", var output])
    return await StepCommand.Train(input, output, Console.OpenStandardInput(), Console.Out, Console.Error);

const double BarPoints = 3;

// The usual policy but for the checks of data: those hold a dataset to the ranges of its first version, and here the prices
// of a second market begin in the middle of the table, which is what the loop is to live with.
const string Policy = """
    rules:
      - signature: valid
      - scan: passed
      - {metric: auc, min: 0.6}
      - {compare: auc, against: production, margin: 0.0, on first: pass}
    """;
var data = Option("--data", Path.Combine("..", "shared", "data", "elec2.csv"));
if (!File.Exists(data))
{
    await Console.Error.WriteLineAsync($"There is no file {data}: name the table with --data FILE.");
    return 2;
}

var root = Directory.CreateTempSubdirectory("assay-bench-").FullName;
try
{
    var settings = new Dictionary<string, string?> { ["Monitoring:FlushSeconds"] = "0.5", ["Monitoring:WindowSeconds"] = "0" };
    await using var server = await AssayServer.Start(new ServerOptions { Home = root, Port = 0, MetricsPort = 0, Settings = settings });
    using var http = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromMinutes(5) };
    http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(new AssayHome(root).AdminTokenFile)).Trim());
    using (var policy = new StringContent(Policy, Encoding.UTF8, "application/yaml"))
        (await http.PutAsync(new Uri("/api/v1/policies/production", UriKind.Relative), policy)).EnsureSuccessStatusCode();
    var table = Table.Read(data);
    var (first, block, recent) = (Number("--first", 4032), Number("--block", 672), Number("--recent", 2016));
    var loop = new Loop(new AssayClient(http), table, first, block, recent);
    await loop.Run(Console.Out.WriteLine);

    var same = Enumerable.Range(first, loop.Predicted).Count(row => table.Labels[row] == table.Labels[row - 1]);
    foreach (var run in (await loop.Retrainings()).Reverse())
        await Console.Out.WriteLineAsync($"  {run.Trigger}: {(run.Promoted == true ? $"version {run.Candidate} promoted" : "not promoted")}. {run.Reason}");
    var gain = 100 * (loop.Accuracy(Loop.Looped) - loop.Accuracy(Loop.Static));
    await Console.Out.WriteLineAsync(
        $"{loop.Predicted} rows, accuracy before each label was known: static {loop.Accuracy(Loop.Static):0.000}, rolling {loop.Accuracy(Loop.Rolling):0.000}, looped {loop.Accuracy(Loop.Looped):0.000}, same as last {(double)same / loop.Predicted:0.000}\n"
        + $"looped beats static by {gain:0.0} points  bar {BarPoints}  {(gain >= BarPoints ? "" : "SHORT")}");
    return gain >= BarPoints ? 0 : 1;
}
finally
{
    Microsoft.Data.Sqlite.SqliteConnection.ClearAllPools();
    Directory.Delete(root, recursive: true);
}

string Option(string name, string otherwise) => Array.IndexOf(args, name) is >= 0 and var at ? args[at + 1] : otherwise;

int Number(string name, int otherwise) => int.Parse(Option(name, $"{otherwise}"), CultureInfo.InvariantCulture);
