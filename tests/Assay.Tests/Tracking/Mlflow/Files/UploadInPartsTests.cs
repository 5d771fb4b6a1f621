using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using Assay.Governance.Access;
using Assay.Tests.Governance.SignIn;
using Assay.Tests.Serving;

namespace Assay.Tests.Tracking.Mlflow.Files;

/// <summary>Files that arrive in parts, which clients send without signing in to addresses that they were given.</summary>
public sealed class UploadInPartsTests(MlflowServer shared) : IClassFixture<MlflowServer>
{
    private const string Proxy = PartClient.Proxy;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private PartClient Parts => new(shared.Client, shared.Server.Guest);

    [Fact]
    public async Task Parts_that_arrive_in_any_order_become_the_file_in_theirs()
    {
        var folder = $"0/{await shared.Client.Run("0")}/artifacts/sub";
        var bytes = RandomNumberGenerator.GetBytes((12 << 20) + 17);
        var begun = await Parts.Begin(folder, "big.bin", 3);
        var third = await Parts.Send(begun, 3, bytes[(10 << 20)..]);
        await Parts.Send(begun, 1, [1, 2, 3]);   // sent again below
        var second = await Parts.Send(begun, 2, bytes[(5 << 20)..(10 << 20)]);
        var first = await Parts.Send(begun, 1, bytes[..(5 << 20)]);
        Assert.Equal(HttpStatusCode.NotFound, (await shared.Client.SendGet($"{Proxy}/artifacts/{folder}/big.bin")).StatusCode);

        var end = PartClient.End(begun, "big.bin", third, first, second);
        Assert.Equal("{}", (await shared.Client.Post($"{Proxy}/mpu/complete/{folder}", end)).ToJsonString());
        Assert.Equal(bytes, await shared.Server.Admin.GetByteArrayAsync($"{Proxy}/artifacts/{folder}/big.bin", Cancel));
        Assert.Equal("{}", (await shared.Client.Post($"{Proxy}/mpu/complete/{folder}", end)).ToJsonString());
        Assert.Equal(HttpStatusCode.NotFound, (await Parts.Put(PartClient.Address(begun, 1), [1])).StatusCode);
    }

    [Fact]
    public async Task A_name_of_another_system_and_one_part_alone_make_a_file_too()
    {
        var folder = $"0/{await shared.Client.Run("0")}/artifacts";
        var begun = await shared.Client.Post($"{Proxy}/mpu/create/{folder}", new { path = @"C:\work\model.pkl" });
        var only = await Parts.Send(begun, 1, [7, 8]);
        await shared.Client.Post($"{Proxy}/mpu/complete/{folder}", PartClient.End(begun, @"C:\work\model.pkl", only));
        Assert.Equal([7, 8], await shared.Server.Admin.GetByteArrayAsync($"{Proxy}/artifacts/{folder}/model.pkl", Cancel));
    }

    [Fact]
    public async Task What_was_aborted_takes_no_parts_and_makes_no_file()
    {
        var folder = $"0/{await shared.Client.Run("0")}/artifacts";
        var begun = await Parts.Begin(folder, "x.bin", 1);
        var only = await Parts.Send(begun, 1, [1]);
        var abort = new { path = "x.bin", upload_id = (string)begun["upload_id"]! };
        await shared.Client.Post($"{Proxy}/mpu/abort/{folder}", abort);
        await shared.Client.Post($"{Proxy}/mpu/abort/{folder}", abort);
        Assert.Equal(HttpStatusCode.NotFound, (await Parts.Put(PartClient.Address(begun, 1), [1])).StatusCode);
        await shared.Client.IsMissing("no upload", $"{Proxy}/mpu/complete/{folder}", PartClient.End(begun, "x.bin", only));
        Assert.Equal("{}", (await shared.Client.Get($"{Proxy}/artifacts?path={folder}")).ToJsonString());
    }

    [Fact]
    public async Task The_end_of_an_upload_names_parts_that_have_arrived_by_what_the_answers_said()
    {
        var folder = $"0/{await shared.Client.Run("0")}/artifacts";
        var begun = await Parts.Begin(folder, "x.bin", 2);
        var first = await Parts.Send(begun, 1, [1]);
        var path = $"{Proxy}/mpu/complete/{folder}";
        await shared.Client.RefusesValue("part 2 has not arrived", path, PartClient.End(begun, "x.bin", first, new { part_number = 2, etag = "\"00\"" }));
        await shared.Client.RefusesValue("part 1 has not arrived", path, PartClient.End(begun, "x.bin", new { part_number = 1, etag = "\"00\"" }));
        await shared.Client.RefusesValue("named twice", path, PartClient.End(begun, "x.bin", first, first));
        await shared.Client.RefusesValue("'parts'", path, PartClient.End(begun, "x.bin"));
        await shared.Client.RefusesValue("'parts.part_number'", path, PartClient.End(begun, "x.bin", new { etag = "a" }));
        await shared.Client.IsMissing("no upload", path, PartClient.End(begun, "y.bin", first));
    }

    [Theory]
    [InlineData("x.bin", 0, "'num_parts'")]
    [InlineData("x.bin", 10_001, "'num_parts'")]
    [InlineData("", 1, "'path'")]
    [InlineData("a/", 1, "'path'")]
    [InlineData("..", 1, "Invalid path")]
    [InlineData("%2e%2e", 1, "Invalid path")]
    public async Task A_beginning_that_can_come_to_nothing_is_refused(string path, int parts, string words) =>
        await shared.Client.RefusesValue(words, $"{Proxy}/mpu/create/0/some", new { path, num_parts = parts });

    [Fact]
    public async Task A_part_goes_to_an_address_that_this_server_signed_for_it_and_to_no_other()
    {
        await shared.Server.Client(Role.Viewer, "other");
        var begun = await Parts.Begin($"0/{await shared.Client.Run("0")}/artifacts", "x.bin", 1);
        var address = PartClient.Address(begun, 1);
        var forged = address[..^4] + (address.EndsWith("AAAA", StringComparison.Ordinal) ? "BBBB" : "AAAA");
        Assert.Equal(HttpStatusCode.Forbidden, (await Parts.Put(forged, [1])).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Parts.Put(address.Replace("/mpu/parts/", "/signed/", StringComparison.Ordinal), [1])).StatusCode);
        Assert.Equal(HttpStatusCode.Forbidden, (await Parts.Put(address.Replace("/projects/default", "/projects/other", StringComparison.Ordinal), [1])).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Parts.Put(address, [1])).StatusCode);
    }

    [Fact]
    public async Task Who_may_not_write_there_begins_no_upload_and_ends_none()
    {
        var folder = $"0/{await shared.Client.Run("0")}/artifacts";
        var begun = await Parts.Begin(folder, "x.bin", 1);
        var only = await Parts.Send(begun, 1, [1]);
        var reader = new MlflowClient(await shared.Server.Client(Role.Viewer));
        await reader.Refuses(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "runs.write", $"{Proxy}/mpu/create/{folder}", new { path = "y.bin" });
        await reader.Refuses(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "runs.write", $"{Proxy}/mpu/complete/{folder}", PartClient.End(begun, "x.bin", only));
        await reader.Refuses(HttpStatusCode.Forbidden, "PERMISSION_DENIED", "runs.write", $"{Proxy}/mpu/abort/{folder}", new { path = "x.bin", upload_id = (string)begun["upload_id"]! });
        var elsewhere = new MlflowClient(await shared.Server.Client(Role.MlEngineer, "part-team"), "part-team");
        await elsewhere.IsMissing("no upload", $"{Proxy}/mpu/complete/{folder}", PartClient.End(begun, "x.bin", only));
    }

    [Fact]
    public async Task An_upload_goes_on_after_a_restart_and_one_that_nobody_ends_is_gone_a_day_after_it_began()
    {
        var clock = new HandClock();
        var first = await TestServer.Start(adjust: clock.Into);
        var parts = new PartClient(new(first.Admin), first.Guest);
        var folder = $"0/{await new MlflowClient(first.Admin).Run("0")}/artifacts";
        var (begun, left) = (await parts.Begin(folder, "x.bin", 2), await parts.Begin(folder, "left.bin", 1));
        var one = await parts.Send(begun, 1, [1]);
        await first.StopKeepingHome();

        var second = await TestServer.Restart(first, clock.Into);
        parts = new PartClient(new(second.Admin), second.Guest);
        var two = await parts.Send(Moved(begun, second), 2, [2]);
        await new MlflowClient(second.Admin).Post($"{Proxy}/mpu/complete/{folder}", PartClient.End(begun, "x.bin", one, two));
        Assert.Equal([1, 2], await second.Admin.GetByteArrayAsync($"{Proxy}/artifacts/{folder}/x.bin", Cancel));
        var address = PartClient.Address(Moved(left, second), 1);
        Assert.Equal(HttpStatusCode.OK, (await parts.Put(address, [3])).StatusCode);
        clock.Move(TimeSpan.FromHours(7));
        Assert.Equal(HttpStatusCode.Forbidden, (await parts.Put(address, [3])).StatusCode);
        Assert.Equal((2, 1), await Rows(second));
        await second.StopKeepingHome();

        clock.Move(TimeSpan.FromHours(18));
        await using var third = await TestServer.Restart(second, clock.Into);
        await ServingHost.Until(async () => await Rows(third) == (0, 0));
    }

    // The address names the port of the server that gave it.
    private static JsonObject Moved(JsonObject begun, TestServer server)
    {
        var moved = begun.DeepClone().AsObject();
        foreach (var part in moved["credentials"]!.AsArray())
            part!["url"] = new UriBuilder((string)part["url"]!) { Port = server.Address.Port }.Uri.ToString();
        return moved;
    }

    private static async Task<(long Uploads, long Parts)> Rows(TestServer server)
    {
        await using var connection = await server.Database.Open(server.Home);
        await using var command = connection.CreateCommand();
        command.CommandText = "SELECT (SELECT count(*) FROM tracking_uploads), (SELECT count(*) FROM tracking_upload_parts)";
        await using var reader = await command.ExecuteReaderAsync(Cancel);
        await reader.ReadAsync(Cancel);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }
}
