using System.Runtime.Versioning;

namespace Assay.Tests.Hosting;

[UnsupportedOSPlatform("windows")]
public class HomeDoorTests
{
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    [Fact]
    public async Task A_folder_that_was_there_before_and_the_database_in_it_are_closed_to_other_users()
    {
        var first = await TestServer.Start();
        await first.StopKeepingHome();
        File.SetUnixFileMode(first.Root, File.GetUnixFileMode(first.Root) | Others);
        File.SetUnixFileMode(first.Home.DatabaseFile, File.GetUnixFileMode(first.Home.DatabaseFile) | UnixFileMode.OtherRead);
        await using var server = await TestServer.Restart(first);
        await server.Admin.GetAsync("/api/v1/projects", TestContext.Current.CancellationToken);
        foreach (var path in Directory.EnumerateFiles(server.Root, "assay.db*").Append(server.Root))
            Assert.Equal((path, UnixFileMode.None), (path, File.GetUnixFileMode(path) & Others));
    }

    [Fact]
    public void A_folder_behind_a_link_is_left_as_it_is()
    {
        using var folder = new TemporaryFolder();
        var (real, link) = (Path.Combine(folder.Path, "real"), Path.Combine(folder.Path, "link"));
        Directory.CreateDirectory(real, File.GetUnixFileMode(folder.Path) | UnixFileMode.OtherRead);
        File.SetUnixFileMode(real, File.GetUnixFileMode(folder.Path) | UnixFileMode.OtherRead);
        Directory.CreateSymbolicLink(link, real);
        var open = Assert.Single(Assay.Server.Hosting.HomeDoor.Close(new(link), hasDatabase: true));
        Assert.Contains("chmod 700", open, StringComparison.Ordinal);
        Assert.NotEqual(UnixFileMode.None, File.GetUnixFileMode(real) & Others);
    }
}
