using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Assay.Governance.Access;
using Assay.Governance.Ledger;
using Assay.Kernel;

namespace Assay.Tests.Governance;

public class AuditExportTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_line_is_a_cloud_event_that_nobody_else_can_have_made()
    {
        await using var server = await TestServer.Start();
        await Fill(server);
        var lines = await Export(server.Admin, "");
        Assert.True(lines.Count >= 6, $"{lines.Count} lines");
        for (var i = 0; i < lines.Count; i++)
        {
            var line = lines[i];
            Assert.Equal("1.0", line.GetProperty("specversion").GetString());
            Assert.StartsWith("assay.", line.GetProperty("type").GetString(), StringComparison.Ordinal);
            Assert.True(Uri.TryCreate(line.GetProperty("source").GetString(), UriKind.RelativeOrAbsolute, out _));
            Assert.NotEmpty(line.GetProperty("subject").GetString()!);
            Assert.True(DateTimeOffset.TryParse(line.GetProperty("time").GetString(), CultureInfo.InvariantCulture, out _));
            Assert.Equal("application/json", line.GetProperty("datacontenttype").GetString());
            Assert.Equal(JsonValueKind.Object, line.GetProperty("data").ValueKind);
            Assert.Equal(i, long.Parse(line.GetProperty("sequence").GetString()!, CultureInfo.InvariantCulture));
            Assert.All(line.EnumerateObject(), attribute => Assert.Matches("^[a-z0-9]{1,20}$", attribute.Name));
        }

        Assert.Equal(lines.Count, lines.Select(line => (line.GetProperty("source").GetString(), line.GetProperty("id").GetString())).Distinct().Count());
        Assert.Contains(lines, line => line.GetProperty("type").GetString() == "assay.access.refused" && line.GetProperty("outcome").GetString() == "refused");
    }

    [Fact]
    public async Task Every_line_is_an_event_of_the_open_schema_with_all_that_its_class_requires()
    {
        await using var server = await TestServer.Start();
        await Fill(server);
        var lines = await Export(server.Admin, "format=ocsf");
        foreach (var line in lines)
        {
            var number = line.GetProperty("class_uid").GetInt32();
            Assert.Equal(number / 1000, line.GetProperty("category_uid").GetInt32());
            Assert.Equal((number * 100) + line.GetProperty("activity_id").GetInt32(), line.GetProperty("type_uid").GetInt64());
            Assert.InRange(line.GetProperty("severity_id").GetInt32(), 1, 6);
            Assert.InRange(line.GetProperty("status_id").GetInt32(), 1, 2);
            Assert.True(line.GetProperty("time").GetInt64() > 1_700_000_000_000);
            Assert.NotEmpty(line.GetProperty("metadata").GetProperty("version").GetString()!);
            Assert.Equal("Assay", line.GetProperty("metadata").GetProperty("product").GetProperty("vendor_name").GetString());
            Assert.NotEmpty(line.GetProperty("actor").GetProperty("user").GetProperty("uid").GetString()!);
            foreach (var required in Required(number))
                Assert.True(line.TryGetProperty(required, out _), $"class {number} requires {required}");
            var leaf = Convert.ToHexStringLower(MerkleTree.LeafHash(Encoding.UTF8.GetBytes(line.GetProperty("raw_data").GetString()!)));
            Assert.Equal(leaf, line.GetProperty("unmapped").GetProperty("leaf_hash").GetString());
        }

        Assert.Equal(3005, Class(lines, "token.created"));
        Assert.Equal(6003, Class(lines, "project.created"));
        Assert.Equal(6003, Class(lines, "access.refused"));
    }

    [Theory]
    [InlineData("session.started", 3002, 1)]
    [InlineData("model.promoted", 3004, 3)]
    [InlineData("approval.decided", 3004, 3)]
    [InlineData("glass.broken", 3004, 3)]
    [InlineData("token.revoked", 3005, 2)]
    [InlineData("person.created", 3005, 1)]
    [InlineData("login.linked", 3005, 99)]
    [InlineData("endpoint.deleted", 6003, 4)]
    [InlineData("dataset.version-added", 6003, 1)]
    [InlineData("policy.changed", 6003, 3)]
    [InlineData("training.failed", 6003, 99)]
    public void A_type_has_its_class_and_activity(string type, int number, int activity)
    {
        var found = Assay.Governance.Audit.OcsfClass.Of(type);
        Assert.Equal((number, activity), (found.Class, found.Activity));
    }

    [Fact]
    public async Task An_export_goes_on_where_it_ended_and_takes_the_filters_of_the_search()
    {
        await using var server = await TestServer.Start();
        await Fill(server);
        var whole = await Export(server.Admin, "");
        var rest = await Export(server.Admin, "from=3");
        Assert.Equal(whole.Skip(3).Select(line => line.GetRawText()), rest.Select(line => line.GetRawText()));
        Assert.Empty(await Export(server.Admin, "from=99999"));
        Assert.All(await Export(server.Admin, "subject=project:team-*"), line => Assert.StartsWith("project:team-", line.GetProperty("subject").GetString(), StringComparison.Ordinal));
        Assert.Equal(3, (await Export(server.Admin, "subject=project:team-*")).Count);
        foreach (var query in new[] { "format=xml", "from=-1", "outcome=maybe" })
            Assert.Equal(HttpStatusCode.BadRequest, (await server.Admin.GetAsync($"/api/v1/audit/export?{query}", Cancel)).StatusCode);

        var bound = await server.Client(Role.Viewer, "team-1");
        await bound.PostAsync("/projects/team-1/api/v1/tokens", null, Cancel);
        Assert.All(await Export(bound, "", "/projects/team-1"), line => Assert.Equal("team-1", line.GetProperty("project").GetString()));
    }

    private static async Task Fill(TestServer server)
    {
        for (var i = 0; i < 3; i++)
            await server.Admin.PostAsJsonAsync("/api/v1/projects", new { name = $"team-{i}" }, Cancel);
        await server.Guest.GetAsync("/api/v1/projects", Cancel);
    }

    private static async Task<List<JsonElement>> Export(HttpClient client, string query, string prefix = "")
    {
        var text = await client.GetStringAsync($"{prefix}/api/v1/audit/export?{query}", Cancel);
        return [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<JsonElement>(line, AssayJson.Options))];
    }

    private static int Class(List<JsonElement> lines, string type) =>
        lines.First(line => line.GetProperty("metadata").GetProperty("event_code").GetString() == type).GetProperty("class_uid").GetInt32();

    // What events/ of the schema marks as required beside what all events have.
    private static string[] Required(int number) => number switch
    {
        3002 => ["user", "service"],
        3004 => ["entity"],
        3005 => ["user", "privileges"],
        _ => ["api", "src_endpoint", "actor"],
    };
}
