using System.Data.Common;
using System.Diagnostics;
using System.Globalization;
using Assay.Kernel.Homes;
using Assay.Server.Hosting;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace Assay.TrackingBench;

/// <summary>
/// A home with very many runs, written straight into its tables, for over the API the filling alone would take an hour; then
/// what a person sees first, over the API, one request after the other.
/// </summary>
internal static class Million
{
    private const int Metrics = 20;
    private const int PointsOfMetric = 5;
    private const int LongHistory = 1_000_000;
    private const int Rounds = 20;
    private const double BarMilliseconds = 100;
    private const string Api = "/api/2.0/mlflow";

    /// <returns>Whether all bars are reached.</returns>
    public static async Task<bool> Run(string root, long runs, string? postgres)
    {
        var options = new ServerOptions { Home = root, Port = 0, MetricsPort = 0, Postgres = postgres };
        string experiment, token;
        await using (var server = await AssayServer.Start(options))
        {
            token = (await File.ReadAllTextAsync(new AssayHome(root).AdminTokenFile)).Trim();
            using var client = new Connection(server.Address, token);
            experiment = Filled.Field(await Filled.Post(client, "/experiments/create", """{"name": "million"}"""), "experiment_id");
        }

        var started = Stopwatch.GetTimestamp();
        await using (DbConnection connection = postgres is null ? new SqliteConnection($"Data Source={new AssayHome(root).DatabaseFile}") : new NpgsqlConnection(postgres))
            await Fill(connection, postgres is not null, experiment, runs);
        await Console.Out.WriteLineAsync(
            $"{runs:N0} runs with {Metrics} metrics, {runs * Metrics * PointsOfMetric:N0} points, on {(postgres is null ? "SQLite" : "PostgreSQL")}: filled in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s");

        await using var again = await AssayServer.Start(options);
        return await Measure(again.Address, token, experiment, runs);
    }

    private static async Task<bool> Measure(Uri address, string token, string experiment, long runs)
    {
        using var client = new Connection(address, token);
        var good = true;
        foreach (var (name, hasBar, request) in Requests(client, experiment, runs))
        {
            var times = new List<double>();
            for (var round = 0; round <= Rounds; round++)
            {
                var asked = Stopwatch.GetTimestamp();
                await client.Ask(request);
                times.Add(Stopwatch.GetElapsedTime(asked).TotalMilliseconds);
            }

            var (first, median) = (times[0], times[1..].Order().ElementAt(Rounds / 2));
            var reached = !hasBar || median < BarMilliseconds;
            good &= reached;
            await Console.Out.WriteLineAsync(
                $"{name,-72} first {first,8:0.0} ms  median {median,8:0.0} ms  bar {(hasBar ? $"{BarMilliseconds:0}" : "-")}  {(reached ? "" : "SHORT")}");
        }

        return good;
    }

    private static IEnumerable<(string Name, bool HasBar, byte[] Request)> Requests(Connection client, string experiment, long runs)
    {
        byte[] Search(string filter, string order) => client.Request(
            "POST", $"{Api}/runs/search", $$"""{"experiment_ids": ["{{experiment}}"], "filter": "{{filter}}", "order_by": [{{order}}], "max_results": 50}""");
        var (first, last) = (RunId(1), RunId(runs));
        yield return ("newest runs", true, Search("", ""));
        yield return ("ordered by a metric", true, Search("", "\"metrics.m07 DESC\""));
        yield return ("filtered by a metric (half of the runs), ordered by it", true, Search("metrics.m07 > 0.5", "\"metrics.m07 DESC\""));
        yield return ("filtered by a metric (a tenth), ordered by another", true, Search("metrics.m03 > 0.9", "\"metrics.m07 ASC\""));
        yield return ("filtered by a metric (a few runs), ordered by another", true, Search("metrics.m03 > 0.9999", "\"metrics.m07 DESC\""));
        yield return ("filtered by two metrics, ordered by the newest", true, Search("metrics.m03 > 0.9 AND metrics.m04 < 0.1", ""));
        yield return ("filtered by a parameter (a tenth), ordered by a metric", true, Search("params.lr = '0.3'", "\"metrics.m07 DESC\""));
        yield return ("filtered by a parameter (one run), ordered by a metric", false, Search("params.seed = '77'", "\"metrics.m07 DESC\""));
        yield return ("one run with all that it has", true, client.Request("GET", $"{Api}/runs/get?run_id={last}"));
        yield return ("history of 1,000,000 points, sampled for a chart", true, client.Request("GET", $"{Api}/metrics/get-history-bulk-interval?run_ids={first}&metric_key=long&max_results=2500"));
        foreach (var count in new[] { "false", "true" })
        {
            yield return ($"the table of the console, 100 runs{(count == "true" ? ", with their number up to 100,000" : "")}", count == "false", client.Request(
                "POST", $"/api/v1/experiments/{experiment}/runs/search", $$"""{"filter": "metrics.m07 > 0.5", "orderBy": ["metrics.m07 DESC"], "limit": 100, "count": {{count}}}"""));
        }
    }

    private static string RunId(long number) => number.ToString("x32", CultureInfo.InvariantCulture);

    private static async Task Fill(DbConnection connection, bool isPostgres, string experiment, long runs)
    {
        await connection.OpenAsync();
        string Series(string name, long from, long to) => isPostgres
            ? $"generate_series({from}::bigint, {to}::bigint) AS {name}(i)"
            : $"(WITH RECURSIVE s(i) AS (SELECT {from} UNION ALL SELECT i + 1 FROM s WHERE i < {to}) SELECT i FROM s) AS {name}";
        string Hex(string number) => isPostgres ? $"lpad(to_hex({number}), 32, '0')" : $"printf('%032x', {number})";
        string Name(string number) => isPostgres ? $"'m' || lpad({number}::text, 2, '0')" : $"printf('m%02d', {number})";

        // A number from 0 to 1 that looks like chance and is the same on both databases.
        static string Chance(string run, string metric) => $"((({run} * (7919 + {metric} * 1013)) % 1000003) / 1000003.0)";
        const string key = "(SELECT e.key FROM tracking_experiments e WHERE e.name = 'million')";

        if (!isPostgres)
            await Execute(connection, "PRAGMA synchronous=OFF; PRAGMA cache_size=-1000000;");
        await Execute(connection, "DROP INDEX ix_tracking_latest_metrics_experiment_key_key_value");
        await Execute(connection, $"""
            INSERT INTO tracking_runs (key, project, id, experiment_key, experiment_id, name, user_id, status, started_at, ended_at, lifecycle, artifact_uri, has_inputs)
            {(isPostgres ? "OVERRIDING SYSTEM VALUE" : "")}
            SELECT s.i, 'default', {Hex("s.i")}, {key}, '{experiment}', 'run-' || s.i, 'ada', 'Finished', 1700000000000 + s.i * 1000, 1700000000500 + s.i * 1000,
                'Active', 'mlflow-artifacts:/{experiment}/' || {Hex("s.i")} || '/artifacts', FALSE
            FROM {Series("s", 1, runs)}
            """);
        await Execute(connection, $"INSERT INTO tracking_params (run_key, key, value) SELECT s.i, 'lr', '0.' || (s.i % 10) FROM {Series("s", 1, runs)}");
        await Execute(connection, $"INSERT INTO tracking_params (run_key, key, value) SELECT s.i, 'seed', CAST(s.i AS TEXT) FROM {Series("s", 1, runs)}");
        await Execute(connection, $"INSERT INTO tracking_tags (run_key, key, value) SELECT s.i, 'team', 'risk' FROM {Series("s", 1, runs)}");
        await Execute(connection, $"""
            INSERT INTO tracking_latest_metrics (run_key, key, experiment_key, value, step, at)
            SELECT s.i, {Name("m.i")}, {key}, {Chance("s.i", "m.i")}, {PointsOfMetric - 1}, 1700000000000 FROM {Series("s", 1, runs)} CROSS JOIN {Series("m", 0, Metrics - 1)}
            """);
        await Execute(connection, $"""
            INSERT INTO tracking_metrics (run_key, key, step, at, value, is_nan)
            SELECT s.i, {Name("m.i")}, p.i, 1700000000000, {Chance("s.i", "m.i")}, FALSE
            FROM {Series("s", 1, runs)} CROSS JOIN {Series("m", 0, Metrics - 1)} CROSS JOIN {Series("p", 0, PointsOfMetric - 1)}
            """);
        await Execute(connection, $"INSERT INTO tracking_metrics (run_key, key, step, at, value, is_nan) SELECT 1, 'long', s.i, 1700000000000 + s.i, {Chance("s.i", "1")}, FALSE FROM {Series("s", 0, LongHistory - 1)}");
        await Execute(connection, "CREATE INDEX ix_tracking_latest_metrics_experiment_key_key_value ON tracking_latest_metrics (experiment_key, key, value)");
        if (isPostgres)
            await Execute(connection, "VACUUM ANALYZE");   // as it does by itself some minutes later
    }

    private static async Task Execute(DbConnection connection, string sql)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.CommandTimeout = 0;
        await command.ExecuteNonQueryAsync();
    }
}
