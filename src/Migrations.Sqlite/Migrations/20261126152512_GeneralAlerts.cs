using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Assay.Migrations.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class GeneralAlerts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_monitoring_alerts_project_endpoint",
                table: "monitoring_alerts");

            migrationBuilder.AlterColumn<string>(
                name: "window",
                table: "monitoring_alerts",
                type: "TEXT",
                maxLength: 32,
                nullable: true,
                oldClrType: typeof(string),
                oldType: "TEXT",
                oldMaxLength: 32);

            migrationBuilder.AlterColumn<double>(
                name: "max_psi",
                table: "monitoring_alerts",
                type: "REAL",
                nullable: true,
                oldClrType: typeof(double),
                oldType: "REAL");

            migrationBuilder.AddColumn<long>(
                name: "acknowledged_at",
                table: "monitoring_alerts",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "acknowledged_by",
                table: "monitoring_alerts",
                type: "TEXT",
                maxLength: 80,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "details_json",
                table: "monitoring_alerts",
                type: "TEXT",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "last_seen_at",
                table: "monitoring_alerts",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "latest_summary",
                table: "monitoring_alerts",
                type: "TEXT",
                maxLength: 500,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "note",
                table: "monitoring_alerts",
                type: "TEXT",
                maxLength: 1000,
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "repeats",
                table: "monitoring_alerts",
                type: "INTEGER",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "severity",
                table: "monitoring_alerts",
                type: "TEXT",
                maxLength: 40,
                nullable: false,
                defaultValue: "Warning");

            migrationBuilder.AddColumn<string>(
                name: "source",
                table: "monitoring_alerts",
                type: "TEXT",
                maxLength: 100,
                nullable: false,
                defaultValue: "drift");

            migrationBuilder.AddColumn<string>(
                name: "summary",
                table: "monitoring_alerts",
                type: "TEXT",
                maxLength: 500,
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_alerts_project_endpoint_source",
                table: "monitoring_alerts",
                columns: new[] { "project", "endpoint", "source" },
                unique: true,
                filter: "state <> 'Closed'");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_monitoring_alerts_project_endpoint_source",
                table: "monitoring_alerts");

            migrationBuilder.DropColumn(
                name: "acknowledged_at",
                table: "monitoring_alerts");

            migrationBuilder.DropColumn(
                name: "acknowledged_by",
                table: "monitoring_alerts");

            migrationBuilder.DropColumn(
                name: "details_json",
                table: "monitoring_alerts");

            migrationBuilder.DropColumn(
                name: "last_seen_at",
                table: "monitoring_alerts");

            migrationBuilder.DropColumn(
                name: "latest_summary",
                table: "monitoring_alerts");

            migrationBuilder.DropColumn(
                name: "note",
                table: "monitoring_alerts");

            migrationBuilder.DropColumn(
                name: "repeats",
                table: "monitoring_alerts");

            migrationBuilder.DropColumn(
                name: "severity",
                table: "monitoring_alerts");

            migrationBuilder.DropColumn(
                name: "source",
                table: "monitoring_alerts");

            migrationBuilder.DropColumn(
                name: "summary",
                table: "monitoring_alerts");

            migrationBuilder.AlterColumn<string>(
                name: "window",
                table: "monitoring_alerts",
                type: "TEXT",
                maxLength: 32,
                nullable: false,
                defaultValue: "",
                oldClrType: typeof(string),
                oldType: "TEXT",
                oldMaxLength: 32,
                oldNullable: true);

            migrationBuilder.AlterColumn<double>(
                name: "max_psi",
                table: "monitoring_alerts",
                type: "REAL",
                nullable: false,
                defaultValue: 0.0,
                oldClrType: typeof(double),
                oldType: "REAL",
                oldNullable: true);

            migrationBuilder.CreateIndex(
                name: "ix_monitoring_alerts_project_endpoint",
                table: "monitoring_alerts",
                columns: new[] { "project", "endpoint" },
                unique: true,
                filter: "state = 'Open'");
        }
    }
}
