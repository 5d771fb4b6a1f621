using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Assay.Cli.CommandLine;
using Assay.EndToEnd.Processes;

namespace Assay.EndToEnd;

/// <summary>Whatever is wrong, the answer is one sentence on standard error and an exit status that is not 0.</summary>
public sealed class BadInputTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_missing_file_is_named() => Refused(await Quickstart("nowhere.csv", "y"), "There is no file nowhere.csv");

    [Fact]
    public async Task A_file_needs_a_label() => Refused(await AssayProcess.Run("quickstart", "--data", _folder.WriteSmallTable(), "--home", _folder.Home), "--label");

    public static TheoryData<string, string, string> BadTables => new()
    {
        { "empty", "", "empty" },
        { "header only", "a,b,y\n", "row" },
        { "ragged rows", "a,b,y\n1,2,yes\n1,2\n3,4,no\n", "ine 3" },
        { "binary garbage", "\0\u0001\u0002\u0003\0\0ÿþ\0\0\n\0\0", "" },
        { "duplicate columns", "a,a,y\n1,2,yes\n3,4,no\n", "a" },
        { "a label that is not there", "a,b,z\n1,2,yes\n3,4,no\n", "'y'" },
        { "a label with one value", "a,b,y\n1,2,yes\n3,4,yes\n5,6,yes\n", "'y'" },
        { "a label of only missing values", "a,b,y\n1,2,\n3,4,\n5,6,\n", "'y'" },
    };

    [Theory]
    [MemberData(nameof(BadTables))]
    public async Task A_bad_table_is_refused(string what, string content, string mentions)
    {
        var file = _folder.Write($"{what.Replace(' ', '-')}.csv", content);

        Refused(await Quickstart(file, "y"), mentions);
    }

    [Fact]
    public async Task Ten_thousand_columns_are_too_many()
    {
        var header = string.Join(',', Enumerable.Range(0, 10_000).Select(i => $"c{i}"));
        var row = string.Join(',', Enumerable.Range(0, 10_000));
        var file = _folder.Write("wide.csv", $"{header}\n{row}\n{row}\n");

        Refused(await Quickstart(file, "c0"), "columns");
    }

    [Fact]
    public async Task A_port_in_use_is_named_with_the_option_that_helps()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var port = ((IPEndPoint)listener.LocalEndpoint).Port.ToString();

        var up = await AssayProcess.Run("up", "--home", _folder.Home, "--port", port, "--metrics-port", "0");

        Refused(up, port);
        Assert.Contains("--port", up.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_that_is_none_is_refused()
    {
        var reward = await AssayProcess.Run("rollout", "reward", "churn", "NaN", "--arm", "stable");
        Assert.True(reward.ExitCode is not 0 && reward.Error.Contains("'NaN' is not a finite number.", StringComparison.Ordinal), reward.ToString());
    }

    [Theory]
    [InlineData("--method takes auto, linear, treeShap, backgroundTreeShap or kernelShap, and not 'bogus'.", "explain", "churn", "[]", "--method", "bogus")]
    [InlineData("takes a number, and not 'abc'.", "rollout", "reward", "churn", "abc", "--arm", "stable")]
    [InlineData("--days takes a whole number, and not 'x'.", "predictions", "keep", "churn", "--days", "x")]
    [InlineData("--mode takes all, request or response, and not 'bogus'.", "predictions", "send", "churn", "--mode", "bogus")]
    [InlineData("--port takes a whole number, and not 'x'.", "serve", "m", "--port", "x")]
    public void A_value_of_the_wrong_kind_is_refused_by_what_is_wanted(string says, params string[] words)
    {
        var errors = AssayCommand.Create().Parse(words).Errors.Select(error => error.Message).ToList();
        Assert.True(errors.Count == 1 && errors[0].EndsWith(says, StringComparison.Ordinal), string.Join("\n", errors));
    }

    [Theory]
    [InlineData("--method", "auto")]
    [InlineData("--method", "TREESHAP")]
    [InlineData("--coalitions", "100")]
    public void A_value_of_the_right_kind_is_taken(params string[] words) => Assert.Empty(AssayCommand.Create().Parse(["explain", "churn", "[]", .. words]).Errors);

    [Theory]
    [InlineData("'plan.analysis.maxErrorRate' must be between 0.0001 and 0.99.", "--max-error-rate must be between 0.0001 and 0.99.", "deploy", "c", "2", "--endpoint", "c", "--canary", "5", "--max-error-rate", "5")]
    [InlineData("'plan.steps[0].pauseSeconds' must be between 0 and 2592000.", "--pause, in seconds, must be between 0 and 2592000.", "deploy", "c", "2", "--endpoint", "c", "--canary", "5", "--pause", "800h")]
    [InlineData("'rowsMax' must be between 1 and 100000.", "--rows must be between 1 and 100000.", "limits", "set", "c", "--rows", "-1")]
    [InlineData("'bodyBytesMax' must be between 1 and 9.", "--bytes must be between 1 and 9.", "limits", "set", "c", "--bytes", "-1")]
    [InlineData("'window.rows' must be between 50 and 9. 'psiThreshold' must be between 0 and 1.", "--window-rows must be between 50 and 9. --psi must be between 0 and 1.", "monitor", "set", "c", "--window-rows", "1", "--psi", "9")]
    [InlineData("A window of 60 rows is never evaluated, as it needs 500: raise it, or lower minimumRows.", "A window of 60 rows is never evaluated, as it needs 500: raise it, or lower --minimum-rows.", "monitor", "set", "c", "--window-rows", "60")]
    [InlineData("There is no endpoint 'rows' in this project.", "There is no endpoint 'rows' in this project.", "limits", "set", "rows", "--rows", "1")]
    public void A_field_of_a_refusal_is_called_by_its_option(string said, string shown, params string[] words) =>
        Assert.Equal(shown, FieldWords.InOptions(said, AssayCommand.Create().Parse(words)));

    [Theory]
    [InlineData("--max-psi is about a roll-out", "deploy", "churn", "2", "--endpoint", "churn", "--max-psi", "0.2")]
    [InlineData("--pause is the length of a step", "deploy", "churn", "2", "--endpoint", "churn", "--ab", "--pause", "5m")]
    public async Task What_makes_no_sense_is_refused_before_a_server_is_asked(string says, params string[] words) =>
        Refused(await AssayProcess.Run([.. words, "--server", "http://127.0.0.1:9"]), says);

    [Theory]
    [InlineData("--tls-certificate FILE", "--listen", "0.0.0.0:8443")]
    [InlineData("--listen IP:PORT", "--tls-certificate", "server.pem")]
    [InlineData("such as 0.0.0.0:8443", "--listen", "8443", "--tls-certificate", "server.pem")]
    [InlineData("server.pem", "--listen", "127.0.0.1:8443", "--tls-certificate", "server.pem")]
    public async Task Other_machines_are_answered_by_https_alone(string remedy, params string[] words)
    {
        var up = await AssayProcess.Run(["up", "--home", _folder.Home, "--port", "0", "--metrics-port", "0", .. words]);

        Refused(up, remedy);
    }

    [Fact]
    public async Task A_value_of_the_configuration_that_cannot_be_is_named_with_its_range()
    {
        await using var up = AssayProcess.StartWith([("ASSAY_Monitoring__FlushSeconds", "-5")], "up", "--home", _folder.Home, "--port", "0", "--metrics-port", "0");

        var ended = await up.Finish(TimeSpan.FromMinutes(1));

        Refused(ended, "FlushSeconds");
        Assert.Contains("between 0.1 and 60", ended.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_home_that_cannot_be_written_is_named()
    {
        // A file where a folder is needed: not even root can make a home of it.
        var blocked = Path.Combine(_folder.Write("file", "x"), "home");

        Refused(await AssayProcess.Run("up", "--home", blocked, "--port", "0", "--metrics-port", "0"), blocked);
    }

    [Fact]
    public async Task Verbs_on_a_home_that_does_not_exist_say_how_to_make_one() =>
        Refused(await AssayProcess.Run("ledger", "verify", "--home", _folder.Home), "assay up");

    [Fact]
    public async Task A_folder_of_something_else_is_not_made_a_home_by_a_verb()
    {
        _folder.Write("notes.txt", "hi");

        Refused(await AssayProcess.Run("endpoint", "list", "--home", _folder.Path), $"There is no Assay home at {_folder.Path}");
        Assert.Equal(["notes.txt"], Directory.GetFileSystemEntries(_folder.Path).Select(Path.GetFileName));
    }

    /// <summary>Full at the first start, while the table is taken in, and while the model is trained.</summary>
    [Theory]
    [InlineData("200k")]
    [InlineData("700k")]
    [InlineData("1500k")]
    public async Task A_full_disk_is_one_sentence_and_leaves_a_home_that_starts_again(string size)
    {
        var mount = Path.Combine(_folder.Path, "small-disk");
        Directory.CreateDirectory(mount);
        if (!await Try("mount", "-t", "tmpfs", "-o", $"size={size}", "assay-test", mount))
            Assert.Skip("Mounting a small tmpfs is not allowed here.");
        try
        {
            var home = Path.Combine(mount, "home");
            var table = _folder.WriteSmallTable("big.csv", rows: 20_000);
            var full = await AssayProcess.Run(
                "quickstart", "--data", table, "--label", "bought", "--home", home, "--port", "0", "--metrics-port", "0", "--exit", "--json");
            Refused(full, "");
            Assert.Matches("(?i)disk|space", full.Error);

            Assert.True(await Try("mount", "-o", "remount,size=300m", mount));
            var verify = await AssayProcess.Run("ledger", "verify", "--home", home);
            Assert.True(verify.ExitCode == 0, verify.ToString());
        }
        finally
        {
            await Try("umount", mount);
        }
    }

    private Task<Finished> Quickstart(string file, string label) => AssayProcess.Run(
        "quickstart", "--data", file, "--label", label, "--home", _folder.Home, "--port", "0", "--metrics-port", "0", "--exit", "--json");

    private static void Refused(Finished finished, string mentions)
    {
        Assert.True(finished.ExitCode is not 0, finished.ToString());
        Assert.Empty(finished.Output.Trim());
        var sentences = finished.Error.Split('\n').Where(line => line.StartsWith("assay: ", StringComparison.Ordinal)).ToList();
        Assert.True(sentences.Count == 1, finished.ToString());
        Assert.DoesNotContain("   at ", finished.Error, StringComparison.Ordinal);
        Assert.True(sentences[0].Contains(mentions, StringComparison.Ordinal), finished.ToString());
    }

    private static async Task<bool> Try(string program, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardError = true });
            await process!.WaitForExitAsync(TestContext.Current.CancellationToken);
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)   // no such program
        {
            return false;
        }
    }
}
