using Microsoft.Playwright;

namespace Assay.EndToEnd.Processes;

/// <summary>The browser that the tests drive: Debian's headless shell, which starts no windows of its own around a page, or else the whole browser.</summary>
internal static class Chromium
{
    private static readonly string? Program = new[] { "/usr/bin/chromium-headless-shell", "/usr/bin/chromium" }.FirstOrDefault(File.Exists);

    public static void SkipUnlessInstalled() =>
        Assert.SkipWhen(Program is null, "There is no /usr/bin/chromium-headless-shell and no /usr/bin/chromium: install one of the Debian packages of these names.");

    /// <summary>Starts it. It can't reach anything but this machine, so that no page waits for an answer from elsewhere.</summary>
    public static Task<IBrowser> Launch(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new()
    {
        ExecutablePath = Program,
        Args =
        [
            "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        ],
    });
}
