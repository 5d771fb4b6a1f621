using System.Net;
using Assay.Governance.Audit;
using Assay.Governance.SignIn;
using Microsoft.Extensions.DependencyInjection;

namespace Assay.Tests.Governance.SignIn;

public class LockoutTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_name_is_locked_for_the_network_that_guesses_and_for_all_after_a_hundred()
    {
        var clock = new HandClock();
        await using var server = await TestServer.Start(adjust: clock.Into);
        await using var scope = server.Services.CreateAsyncScope();
        var lockout = scope.ServiceProvider.GetRequiredService<Lockout>();
        for (var i = 0; i < 10; i++)
            await lockout.Take("ada", "192.0.2.1", Cancel);
        Assert.False((await lockout.Take("ada", "192.0.2.1", Cancel)).Allowed);
        Assert.Equal((true, TimeSpan.Zero), await lockout.Take("ada", "192.0.2.2", Cancel));

        // Six have been counted: what was refused for its network is no guess. Others come from where nobody was yet.
        for (var i = 0; i < 93; i++)
            Assert.Equal((true, TimeSpan.Zero), await lockout.Take("ada", $"198.51.100.{i}", Cancel));
        Assert.Equal((true, TimeSpan.FromSeconds(30)), await lockout.Take("ada", "203.0.113.1", Cancel));
        Assert.False((await lockout.Take("ada", "203.0.113.2", Cancel)).Allowed);
        Assert.True((await lockout.Take("eve", "203.0.113.2", Cancel)).Allowed);

        await lockout.Clear("ada", Cancel);
        Assert.Equal((true, TimeSpan.Zero), await lockout.Take("ada", "192.0.2.1", Cancel));
    }

    [Fact]
    public void Failures_of_others_hold_up_nobody_whose_network_is_known()
    {
        var clock = new HandClock();
        var throttle = new SignInThrottle(clock);
        var ours = IPAddress.Parse("192.0.2.1");
        Assert.True(throttle.TryTake(ours));
        throttle.GiveBack(ours);
        for (var i = 0; i < SignInThrottle.PerMinute; i++)
            Assert.True(throttle.TryTake(new(i + 1)));
        Assert.False(throttle.TryTake(IPAddress.Parse("203.0.113.1")));
        for (var i = 0; i < SignInThrottle.PerMinuteAndNetwork; i++)
            Assert.True(throttle.TryTake(ours));
        Assert.False(throttle.TryTake(ours));

        clock.Move(TimeSpan.FromMinutes(2));
        Assert.True(throttle.TryTake(IPAddress.Parse("203.0.113.1")));
    }

    [Fact]
    public async Task A_flood_of_refused_sign_ins_is_no_flood_of_events()
    {
        await using var server = await TestServer.Start();
        await using var scope = server.Services.CreateAsyncScope();
        var passwords = scope.ServiceProvider.GetRequiredService<PasswordSignIn>();
        for (var i = 0; i < RefusalLimit.RecordedPerMinute + 5; i++)
            Assert.Null((await passwords.Check("nobody", "not the password", new(i + 1), Cancel)).Account);
        var events = (await LedgerSearchTests.Search(server.Admin, "type=session.refused&limit=1000")).Items.Count;
        Assert.InRange(events, 1, RefusalLimit.RecordedPerMinute);
    }

    [Fact]
    public async Task Sign_ins_that_succeed_are_not_limited()
    {
        await using var server = await TestServer.Start();
        var token = (await File.ReadAllTextAsync(server.Home.AdminTokenFile, Cancel)).Trim();
        using var browser = new Browser(server);
        for (var i = 0; i < SignInThrottle.PerMinuteAndNetwork + 5; i++)
            Assert.Equal("/", await browser.Submit("/sign-in", "/session", ("token", token)));
    }
}
